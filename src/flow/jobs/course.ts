import { messageOf } from '../../contract/error.ts'
import { createTranscript, shortened } from '../../core/job/transcript.ts'
import { abandonedEnd } from '../../core/say/job.ts'
import { pauseOf } from '../pause.ts'
import { doingOf } from './disturbing.ts'
import type { JobEnd, JobStep, Memory, Move } from './kind.ts'
import type { JobsOutside } from './outside.ts'
import type { Current, Done, Onlooker, Running } from './running.ts'
import { cleanOf, headlineOfRunning } from './showing.ts'
import { createStepping } from './stepping.ts'

/** How soon what could not be written down is tried again. */
const writeAgain = 5_000
/** Steps after which a course that does not come to an end is given up. */
const mostSteps = 500
/** Characters kept of a step's output. */
const keptOutput = 256 * 1024

/** Takes jobs from step to step until they end; each step is written down before and after. */
export function createCourse(outside: JobsOutside, onlooker: Onlooker) {
  const { context, stop } = outside
  const { clock, store, log, redact } = context
  const doStep = createStepping(outside, onlooker)
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

  const record = (job: Running, current: Pick<Current, 'step' | 'number'>, reason: string) => {
    const { step, number } = current
    const detail = { job: job.id, kind: job.kind.kind, subject: job.subject, step, number }
    store.events.add({ at: clock.now(), kind: 'job-step', reason, actor: job.by, detail })
  }

  const abandoned = (job: Running, why: string): { readonly end: JobEnd } => ({
    end: abandonedEnd(headlineOfRunning(job), redact(why)),
  })

  const moveOf = (job: Running): Move => {
    if (job.trail.length >= mostSteps) return abandoned(job, `not over after ${mostSteps} steps`)
    try {
      const move = job.kind.next(job.memory, job.trail)
      if ('end' in move || Object.hasOwn(job.kind.steps, move.step)) return move
      return abandoned(job, `nobody knows how to do “${move.step}”`)
    } catch (error) {
      log.error({ err: error, job: job.id }, 'a job does not know what comes next')
      return abandoned(job, messageOf(error))
    }
  }

  const begin = (job: Running, step: string, { cancellable }: JobStep<Memory>): Current => ({
    step,
    number: job.number++,
    begunAt: clock.now(),
    begunMono: clock.monotonic(),
    transcript: createTranscript(),
    cancellable: cancellable === true,
    halt: new AbortController(),
    cancelledBy: null,
  })

  const writeBegin = (job: Running, current: Current): void => {
    store.jobs.beginStep(job.id, current.number, current.step, current.begunAt)
    record(job, current, 'begun')
  }

  const isBegun = async (job: Running, current: Current, tidies: boolean): Promise<boolean> => {
    if (!tidies) return insist(() => writeBegin(job, current))
    try {
      store.atomically(() => writeBegin(job, current))
    } catch (error) {
      // It makes the room that is missing, and may be done twice.
      outside.fault(error)
    }
    return true
  }

  const writeEnd = (job: Running, current: Current, { end, why, part }: Done) => {
    const output = shortened(current.transcript.text(cleanOf(context)), keptOutput)
    const memory = { ...job.memory, ...part }
    const { step, number, begunAt } = current
    const endedAt = clock.now()
    return insist(() => {
      const ended = { step, begunAt, endedAt, end, output, ...(why !== undefined && { why }) }
      store.jobs.endStep(job.id, number, ended)
      store.jobs.remember(job.id, memory)
      record(job, current, end)
    }).then((written) => {
      job.memory = memory
      job.trail.push({ step, end, ...(why !== undefined && { why }) })
      return written
    })
  }

  /** @returns false when the program stops */
  const takeStep = async (job: Running, name: string): Promise<boolean> => {
    const definition = job.kind.steps[name]
    if (!definition) return false
    if (definition.disturbs !== 'service') job.hold.turn(doingOf(job, definition))
    const current = begin(job, name, definition)
    if (!(await isBegun(job, current, definition.tidies === true))) return false
    job.current = current
    onlooker.changed(job)
    const done = await doStep(job, current, definition)
    job.current = null
    return done !== null && writeEnd(job, current, done)
  }

  const finish = (job: Running, end: JobEnd): Promise<boolean> => {
    // What the service is like now is for its check to say, also while nothing can be written.
    job.hold.turn(doingOf(job, { disturbs: 'nothing' }))
    const at = clock.now()
    return insist(() => {
      onlooker.ended(job, end, at)
      store.jobs.end(job.id, at, end)
      const detail = { job: job.id, kind: job.kind.kind, subject: job.subject }
      store.events.add({ at, kind: 'job-ended', reason: end.outcome, actor: job.by, detail })
    })
  }

  return {
    /** Ends well when the job has ended, or the program stops. */
    async drive(job: Running): Promise<void> {
      while (!stop.aborted) {
        const move = moveOf(job)
        if ('end' in move) return void (await finish(job, move.end))
        if (!(await takeStep(job, move.step))) return
      }
    },
    /** A step that an earlier run of the program has begun and not ended. */
    cutShort: (
      job: Running,
      step: { readonly step: string; readonly number: number; readonly begunAt: number },
    ) => {
      const why = 'the bot was restarted in the middle of it'
      const written = insist(() => {
        const ended = { ...step, endedAt: clock.now(), end: 'cut-short', output: '', why } as const
        store.jobs.endStep(job.id, step.number, ended)
        record(job, step, 'cut-short')
      })
      job.trail.push({ step: step.step, end: 'cut-short', why })
      return written
    },
    insist,
  }
}

export type Course = ReturnType<typeof createCourse>
