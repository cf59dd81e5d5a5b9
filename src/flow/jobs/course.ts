import { messageOf, OperatorError } from '../../contract/error.ts'
import { createTranscript } from '../../core/job/transcript.ts'
import { abandonedEnd } from '../../core/say/job.ts'
import { doingOf } from './disturbing.ts'
import type { JobEnd, JobStep, Memory, Move } from './kind.ts'
import type { JobsOutside } from './outside.ts'
import { createJobRecording } from './recording.ts'
import type { Current, Onlooker, Running } from './running.ts'
import { headlineOfRunning } from './showing.ts'
import type { Child } from './child.ts'
import { createStepping } from './stepping.ts'

/** Steps after which a course that does not come to an end is given up. */
const mostSteps = 500

/** Ends a step on somebody's word. */
export function halt(current: Current, by: string): void {
  current.cancelledBy = by
  current.halt.abort(new OperatorError(`cancelled by ${by}`))
}

/** Takes jobs from step to step until they end; each step is written down before and after. */
export function createCourse(outside: JobsOutside, onlooker: Onlooker, child: Child) {
  const { context, stop } = outside
  const { clock, log, redact } = context
  const recording = createJobRecording(outside, onlooker)
  const doStep = createStepping(outside, onlooker, child)

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
    progress: null,
    over: false,
  })

  /** @returns false when the program stops */
  const takeStep = async (job: Running, name: string): Promise<boolean> => {
    const definition = job.kind.steps[name]
    if (!definition) return false
    if (definition.disturbs !== 'service') job.hold.turn(doingOf(job, definition))
    const current = begin(job, name, definition)
    if (!(await recording.begun(job, current, definition.tidies === true))) return false
    job.current = current
    if (job.unwanted !== null && current.cancellable) halt(current, job.unwanted)
    onlooker.changed(job)
    const done = await doStep(job, current, definition)
    job.current = null
    return done !== null && recording.ended(job, current, done)
  }

  return {
    /** Ends well when the job has ended, or the program stops. */
    async drive(job: Running): Promise<void> {
      while (!stop.aborted) {
        const move = moveOf(job)
        if ('end' in move) {
          // What a service is like now is for its check to say, also while nothing can be written.
          job.hold.turn(doingOf(job, { disturbs: 'nothing' }))
          if (await recording.over(job, move.end)) job.end = move.end
          return
        }
        if (!(await takeStep(job, move.step))) return
      }
    },
    cutShort: recording.cutShort,
  }
}
