import { shownCommand } from '../../contract/command.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Command } from '../../contract/host.ts'
import type { Text } from '../../contract/message.ts'
import { formatDuration } from '../../contract/units.ts'
import { limited } from '../limited.ts'
import { pauseOf } from '../pause.ts'
import type { Child } from './child.ts'
import { runCommand } from './command.ts'
import type { JobStep, Memory, StepContext } from './kind.ts'
import { lookingOf } from './looking.ts'
import type { JobsOutside } from './outside.ts'
import type { Current, Done, Onlooker, Running } from './running.ts'
import { doingOf } from './disturbing.ts'
import { jobWorld } from './world.ts'

/** How long a step whose time is up may take to let go: two seconds of SIGTERM, and what follows. */
const letGo = 5_000
/** Between two looks whether a lock is free. */
const lookEvery = 1_000
/** Characters kept of why a step failed. */
const widest = 600

const late = (ms: number, holder: string): OperatorError =>
  new OperatorError(
    holder === ''
      ? `not done within ${formatDuration(ms)}`
      : `not begun within ${formatDuration(ms)}, because of ${holder}`,
  )

const lateCommand = (command: Command, ms: number): OperatorError =>
  new OperatorError(`${shownCommand(command)} was not done within ${formatDuration(ms)}`)

/** What failed, and what to do about it. */
const whyOf = (error: unknown): string => {
  const advice = error instanceof OperatorError ? error.advice : undefined
  return advice === undefined ? messageOf(error) : `${messageOf(error)}. ${advice}`
}

/** Does one step of a job, within its time. */
export function createStepping(outside: JobsOutside, onlooker: Onlooker, child: Child) {
  const { context } = outside
  const { clock, store, log, redact } = context

  const contextOf = (job: Running, current: Current, signal: AbortSignal): StepContext<Memory> => {
    const world = jobWorld(outside, signal, (host) => job.hosts.add(host))
    const { transcript } = current
    const output = {
      add(text: string) {
        if (current.over) return
        transcript.add(text)
        onlooker.output(job)
      },
    }
    const wait = pauseOf(clock, signal)
    const progress = (text: Text): void => {
      if (current.over) return
      current.progress = text
      job.parent?.progress(text)
      onlooker.output(job)
    }
    return {
      ...world,
      ...lookingOf(outside, world),
      job: job.id,
      trail: job.trail,
      ...(job.by !== null && { by: job.by }),
      run(host, command, { within, ...options } = {}) {
        const doing = (of: AbortSignal) =>
          runCommand({ ...world, signal: of }, output, host, command, options)
        if (within === undefined) return doing(signal)
        return limited(clock, within, signal, () => lateCommand(command, within), doing, letGo)
      },
      say: (text) => output.add(`${text}\n`),
      progress,
      child: (kind, about) => child(job, { kind, about }, signal, progress),
      remember(part) {
        if (current.over) throw new OperatorError('that step is over')
        const memory = { ...job.memory, ...part }
        store.jobs.remember(job.id, memory)
        job.memory = memory
      },
      async pause(ms) {
        await wait(ms)
        signal.throwIfAborted()
      },
    }
  }

  /** Waits until nobody else works on what the step disturbs. @param held told of whoever does */
  const takeLocks = async (
    job: Running,
    definition: JobStep<Memory>,
    signal: AbortSignal,
    held: (who: string) => void,
  ) => {
    const wait = pauseOf(clock, signal)
    let said = ''
    for (;;) {
      const taken = job.hold.turn(doingOf(job, definition))
      if (!taken) return
      const { what, by } = taken.held
      const who = `${what} (${by ?? 'Mechanic'})`
      if (said !== who) job.current?.transcript.add(`waits for: ${who}\n`)
      said = who
      held(who)
      await wait(lookEvery)
      signal.throwIfAborted()
    }
  }

  /** What only watches ends at once when the program stops; what changes something may end. */
  const stopOf = ({ cancellable, disturbs }: JobStep<Memory>): AbortSignal =>
    cancellable === true || disturbs === 'nothing' ? outside.stop : outside.end

  /**
   * Never throws.
   *
   * @returns null when the program stopped before the step had ended
   */
  return async (job: Running, current: Current, definition: JobStep<Memory>) => {
    const stop = stopOf(definition)
    const { signal } = current.halt
    const onStop = (): void => current.halt.abort(stop.reason)
    if (stop.aborted) onStop()
    else stop.addEventListener('abort', onStop, { once: true })
    let isLate = false
    let holder = ''
    const lateness = (ms: number) => (): OperatorError => {
      isLate = true
      return late(ms, holder)
    }
    const failure = (error: unknown): Done | null => {
      const why = redact(whyOf(error)).slice(0, widest)
      if (current.cancelledBy !== null)
        return { end: 'cancelled', why: `cancelled by ${current.cancelledBy}`, part: {} }
      if (stop.aborted) return null
      if (!(error instanceof OperatorError)) log.error({ err: error, job: job.id }, 'step failed')
      return { end: isLate ? 'late' : 'failed', why, part: {} }
    }
    try {
      const world = jobWorld(outside, signal)
      const ms = definition.timeout(job.memory, world)
      await limited(clock, ms, signal, lateness(ms), (within) =>
        takeLocks(job, definition, within, (who) => (holder = who)),
      )
      holder = ''
      signal.throwIfAborted()
      const part = await limited(
        clock,
        ms,
        signal,
        lateness(ms),
        (within) => definition.run(job.memory, contextOf(job, current, within)),
        letGo,
      )
      const by = current.cancelledBy
      return by === null
        ? { end: 'done' as const, part: part ?? {} }
        : { end: 'cancelled' as const, why: `cancelled by ${by}`, part: part ?? {} }
    } catch (error) {
      return failure(error)
    } finally {
      current.over = true
      stop.removeEventListener('abort', onStop)
    }
  }
}
