import type { Attachment, Text } from '../../contract/message.ts'
import { t } from '../../contract/message.ts'
import type { JobView } from '../../contract/view.ts'
import { createBeginning, type JobOrder, type Ordered } from './beginning.ts'
import { childOf } from './child.ts'
import { createCourse, halt } from './course.ts'
import { logOf } from './log.ts'
import type { JobsOutside } from './outside.ts'
import { createRecalling } from './recalling.ts'
import type { Running } from './running.ts'
import { endedView, runningView } from './showing.ts'
import { createJobTelling } from './telling.ts'

export type Jobs = ReturnType<typeof createJobs>

/** Long actions: begun once, recorded step by step, and always taken to an end. */
export function createJobs(outside: JobsOutside) {
  const { context, stop } = outside
  const { clock, store, log } = context
  const onlooker = createJobTelling(outside)
  const running = new Map<number, Running>()
  const course = createCourse(
    outside,
    onlooker,
    childOf({
      clock,
      stop,
      order: (order) => beginning.order(order),
      giveUp: (id, by) => giveUp(id, by),
    }),
  )
  const courses = new Set<Promise<void>>()

  /** Everything of the hosts it worked on is looked at: what it left is judged afresh. */
  const lookAgain = ({ hosts, kind, memory }: Running): void => {
    const touched = new Set(kind.touches(memory))
    for (const target of context.targets().values())
      if (hosts.has(target.host.name) || touched.has(target.service?.name ?? ''))
        outside.hurry(target)
  }

  const end = (job: Running): void => {
    onlooker.gone(job)
    job.hold.done()
    running.delete(job.id)
    job.parent?.ended(job)
    if (!stop.aborted) lookAgain(job)
    outside.poke()
  }

  const launch = (job: Running, ready: () => Promise<boolean>): void => {
    running.set(job.id, job)
    outside.poke()
    const task = ready()
      .then((goes) => (goes ? course.drive(job) : undefined))
      .catch((error: unknown) => log.error({ err: error, job: job.id }, 'a job broke off'))
      .finally(() => end(job))
    courses.add(task)
    void task.finally(() => courses.delete(task))
  }

  const views = (): readonly JobView[] => Array.from(running.values(), runningView)

  const beginning = createBeginning(outside, (job) => launch(job, async () => true))

  const cancel = (id: number, by: string): Text => {
    const job = running.get(id)
    if (!job) return t('job-cancel-over')
    const { current } = job
    if (!current?.cancellable) return t('job-cancel-not-now')
    if (current.cancelledBy !== null) return t('job-cancel-already')
    const detail = { job: id, kind: job.kind.kind, subject: job.subject, step: current.step }
    const at = clock.now()
    try {
      store.events.add({ at, kind: 'job-cancel', reason: 'operator', actor: by, detail })
    } catch (error) {
      outside.fault(error)
    }
    halt(current, by)
    onlooker.changed(job)
    return t('job-cancel-taken')
  }

  const giveUp = (id: number, by: string): void => {
    const job = running.get(id)
    if (job) job.unwanted = by
    if (job?.current?.cancellable === true && job.current.cancelledBy === null)
      halt(job.current, by)
  }

  const { recall, recalled, resume } = createRecalling(outside, (job, open) =>
    launch(job, async () => open === undefined || course.cutShort(job, open)),
  )

  return {
    ask: beginning.ask,
    /** A webhook may come while the jobs of an earlier run still have to take their locks again. */
    order: (order: JobOrder): Promise<Ordered> => recalled.then(() => beginning.order(order)),
    recall,
    resume,
    running: views,
    /** What is under way, and what ended last, newest first. */
    list(limit: number): readonly JobView[] {
      const ended = store.jobs.ended(limit).map(endedView)
      return [...views().toReversed(), ...ended].slice(0, limit)
    },
    cancel,
    log: (id: number): Attachment | undefined => logOf(context, id, running.get(id)),
    /** Ends well when no step is under way any more. */
    settled: (): Promise<unknown> => Promise.allSettled(courses),
  }
}
