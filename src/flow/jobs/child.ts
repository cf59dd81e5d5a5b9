import type { Clock } from '../../contract/clock.ts'
import { OperatorError } from '../../contract/error.ts'
import { pauseOf } from '../pause.ts'
import type { JobOrder, Ordered } from './beginning.ts'
import type { ChildEnd } from './kind.ts'
import type { Running } from './running.ts'

/** Between two looks whether the locks of what is to be begun are free. */
const lookEvery = 1_000

export interface ChildOutside {
  readonly clock: Clock
  readonly order: (order: JobOrder) => Promise<Ordered>
  readonly cancel: (id: number, by: string) => void
}

/** Begins a job for another one and waits for its end. */
export type Child = (
  parent: Running,
  order: Pick<JobOrder, 'kind' | 'about'>,
  signal: AbortSignal,
) => Promise<ChildEnd>

/** How jobs begin others. */
export function childOf({ clock, order, cancel }: ChildOutside): Child {
  const begun = async (asked: JobOrder, signal: AbortSignal): Promise<number> => {
    const wait = pauseOf(clock, signal)
    for (;;) {
      const ordered = await order(asked)
      if ('begun' in ordered) return ordered.begun
      if (!('held' in ordered)) throw new OperatorError(`${asked.kind} could not be begun`)
      await wait(lookEvery)
      signal.throwIfAborted()
    }
  }

  return async (parent, { kind, about }, signal) => {
    const by = parent.by === null ? {} : { by: parent.by }
    const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>()
    const ended = ({ id, end, memory }: Running): void =>
      end
        ? resolve({ id, end, memory })
        : reject(new OperatorError('the bot was restarted in the middle of it'))
    const id = await begun({ kind, about, parent: { id: parent.id, ended }, ...by }, signal)
    const give = (): void => {
      cancel(id, parent.by ?? 'Mechanic')
      reject(signal.reason)
    }
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
    return promise.finally(() => signal.removeEventListener('abort', give))
  }
}
