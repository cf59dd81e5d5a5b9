import type { Clock } from '../../contract/clock.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Text } from '../../contract/message.ts'
import { pauseOf } from '../pause.ts'
import type { JobOrder, Ordered } from './beginning.ts'
import type { ChildEnd } from './kind.ts'
import type { Running } from './running.ts'

/** Between two looks whether the locks of what is to be begun are free. */
const lookEvery = 1_000

export interface ChildOutside {
  readonly clock: Clock
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  readonly order: (order: JobOrder) => Promise<Ordered>
  /** Cancels a job now, or as soon as that is safe. */
  readonly giveUp: (id: number, by: string) => void
}

/** Begins a job for another one and waits for its end. */
export type Child = (
  parent: Running,
  order: Pick<JobOrder, 'kind' | 'about'>,
  signal: AbortSignal,
  progress: (text: Text) => void,
) => Promise<ChildEnd>

/** How jobs begin others. */
export function childOf({ clock, stop, order, giveUp }: ChildOutside): Child {
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

  return async (parent, { kind, about }, signal, progress) => {
    const by = parent.by === null ? {} : { by: parent.by }
    const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>()
    const ended = ({ id, end, memory }: Running): void =>
      end
        ? resolve({ id, end, memory })
        : reject(new OperatorError('the bot was restarted in the middle of it'))
    const asked = { kind, about, parent: { id: parent.id, ended, progress }, ...by }
    const id = await begun(asked, signal)
    // Who waits no longer does not want it any more, but for a restart of the bot: after that it goes on.
    const give = (): void => {
      if (stop.aborted) reject(signal.reason)
      else giveUp(id, parent.current?.cancelledBy ?? 'Mechanic')
    }
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
    return promise.finally(() => signal.removeEventListener('abort', give))
  }
}
