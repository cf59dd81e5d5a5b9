import { shortened } from '../../core/job/transcript.ts'
import { pauseOf } from '../pause.ts'
import type { JobEnd } from './kind.ts'
import type { JobsOutside } from './outside.ts'
import type { Current, Done, Onlooker, Running } from './running.ts'
import { cleanOf } from './showing.ts'

/** How soon what could not be written down is tried again. */
const writeAgain = 5_000
/** Characters kept of a step's output. */
const keptOutput = 256 * 1024

type Begun = Pick<Current, 'step' | 'number' | 'begunAt'>

/** Writes jobs down, step by step: a row and an event each time, in one transaction. */
export function createJobRecording(outside: JobsOutside, onlooker: Onlooker) {
  const { context, stop } = outside
  const { clock, store } = context
  const pause = pauseOf(clock, stop)

  /** Writes something down, however long that takes. @returns false when the program stops first */
  const insist = async (write: () => void): Promise<boolean> => {
    for (;;) {
      try {
        store.atomically(write)
        outside.poke()
        return true
      } catch (error) {
        if (stop.aborted) return false
        outside.fault(error)
      }
      await pause(writeAgain)
    }
  }

  const note = (job: Running, { step, number }: Begun, reason: string): void => {
    const detail = { job: job.id, kind: job.kind.kind, subject: job.subject, step, number }
    store.events.add({ at: clock.now(), kind: 'job-step', reason, actor: job.by, detail })
  }

  return {
    /** Before a step. What tidies goes on without: it makes the room that is missing. */
    async begun(job: Running, step: Begun, tidies: boolean): Promise<boolean> {
      const write = (): void => {
        store.jobs.beginStep(job.id, step.number, step.step, step.begunAt)
        note(job, step, 'begun')
      }
      if (!tidies) return insist(write)
      try {
        store.atomically(write)
      } catch (error) {
        outside.fault(error)
      }
      return true
    },
    /** After a step: also what it has put out, and what is to be remembered of it. */
    async ended(job: Running, current: Current, { end, why, part }: Done): Promise<boolean> {
      const output = shortened(current.transcript.text(cleanOf(context)), keptOutput)
      const { step, begunAt } = current
      const reason = why === undefined ? {} : { why }
      const row = { step, begunAt, endedAt: clock.now(), end, output, ...reason }
      job.memory = { ...job.memory, ...part }
      job.trail.push({ step, end, ...reason })
      return insist(() => {
        store.jobs.endStep(job.id, current.number, row)
        store.jobs.remember(job.id, job.memory)
        note(job, current, end)
      })
    },
    /** A step that an earlier run of the program has begun and not ended. */
    async cutShort(job: Running, step: Begun): Promise<boolean> {
      const why = 'the bot was restarted in the middle of it'
      job.trail.push({ step: step.step, end: 'cut-short', why })
      const { begunAt } = step
      const end = { step: step.step, begunAt, endedAt: clock.now(), end: 'cut-short' } as const
      return insist(() => {
        store.jobs.endStep(job.id, step.number, { ...end, output: '', why })
        note(job, step, 'cut-short')
      })
    },
    /** At its end: told in the same transaction. */
    async over(job: Running, end: JobEnd): Promise<boolean> {
      const at = clock.now()
      return insist(() => {
        onlooker.ended(job, end, at)
        store.jobs.end(job.id, at, end)
        const detail = { job: job.id, kind: job.kind.kind, subject: job.subject }
        store.events.add({ at, kind: 'job-ended', reason: end.outcome, actor: job.by, detail })
      })
    },
  }
}
