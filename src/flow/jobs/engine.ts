import { messageOf, OperatorError } from '../../contract/error.ts'
import type { About } from '../../contract/house.ts'
import type { Attachment, Text } from '../../contract/message.ts'
import { t } from '../../contract/message.ts'
import type { JobView } from '../../contract/view.ts'
import { abandonedEnd, jobEndMessage, jobMessage } from '../../core/say/job.ts'
import { type StoredJob, trailOf } from '../../store/jobs.ts'
import { limited } from '../limited.ts'
import type { Hold, Job } from '../work.ts'
import { createCourse } from './course.ts'
import { doingOf } from './disturbing.ts'
import type { Asked, JobKind, Memory } from './kind.ts'
import { logOf } from './log.ts'
import type { JobsOutside } from './outside.ts'
import type { Running } from './running.ts'
import { headlineOf, runningView, storedView } from './showing.ts'
import { createJobTelling } from './telling.ts'
import { jobWorld } from './world.ts'

/** How long it may take to find out what a job would do. */
const askWithin = 120_000

/** What is to be done, by whom. */
export interface JobOrder {
  readonly kind: string
  readonly about: About
  /** An operator's name; absent: the bot itself, by schedule or webhook. */
  readonly by?: string
  /** The confirmation that ordered it: it happens once, in that one's message. */
  readonly token?: string
}

/** begun: it is under way · held: somebody else is at it · already: this confirmation has had its job. */
export type Ordered =
  | { readonly begun: number }
  | { readonly held: Job; readonly label: Text }
  | { readonly already: true; readonly label: Text }

export type Jobs = ReturnType<typeof createJobs>

/** A job of an earlier run of the program, and where it stands. */
interface Recalled {
  readonly stored: StoredJob
  readonly hold: Hold | null
  readonly locks: readonly string[]
  /** Why it cannot go on. */
  readonly problem: string | null
}

const nothingMuted = (): boolean => false

/** Long actions: begun once, recorded step by step, and always taken to an end. */
export function createJobs(outside: JobsOutside) {
  const { context, stop } = outside
  const { clock, store, work, log, redact } = context
  const onlooker = createJobTelling(outside)
  const course = createCourse(outside, onlooker)
  const running = new Map<number, Running>()
  const courses = new Set<Promise<void>>()
  const recalled = new Map<number, Recalled>()

  const kindOf = (name: string): JobKind => {
    const kind = context.kinds.jobs.get(name)
    if (kind) return kind
    throw new OperatorError(`there is no ${name} any more`)
  }

  const whatOf = (kind: JobKind, memory: Memory): string =>
    `${kind.kind} ${kind.subject(memory)}`.trim()

  /** Everything of the hosts it worked on is looked at: what it left is judged afresh. */
  const lookAgain = ({ hosts, kind, memory }: Running): void => {
    const touched = new Set(kind.touches(memory))
    for (const target of context.targets().values())
      if (hosts.has(target.host.name) || touched.has(target.service?.name ?? ''))
        outside.hurry(target)
  }

  const launch = (job: Running, before: () => Promise<boolean>): void => {
    running.set(job.id, job)
    const task = before()
      .then((ready) => (ready ? course.drive(job) : undefined))
      .catch((error: unknown) => log.error({ err: error, job: job.id }, 'a job broke off'))
      .finally(() => {
        onlooker.gone(job)
        job.hold.done()
        running.delete(job.id)
        if (!stop.aborted) lookAgain(job)
        outside.poke()
      })
    courses.add(task)
    void task.finally(() => courses.delete(task))
  }

  const ask = (kind: JobKind, about: About): Promise<Asked<Memory>> =>
    limited(
      clock,
      askWithin,
      stop,
      () => new OperatorError(`could not be found out within ${askWithin / 1000} s`),
      (signal) => kind.ask(about, jobWorld(outside, signal)),
    )

  /** Its message: the confirmation's own, a new one, or none. */
  const openNotice = (kind: JobKind, id: number, memory: Memory, token?: string): number | null => {
    const headline = kind.headline(memory)
    const message = jobMessage({ id, headline, output: [], cutShort: null })
    const at = clock.now()
    const question = token === undefined ? undefined : store.confirmations.get(token)
    if (question) {
      store.confirmations.move(question.token, 'claimed', 'done')
      const { chat, messageId } = question
      const draft = { kind: 'job', chat, at } as const
      return messageId === null
        ? store.outbox.post({ ...draft, message, sound: false })
        : store.outbox.replace(messageId, draft, message)
    }
    if (kind.live !== true) return null
    return store.outbox.post({ kind: 'task', chat: context.chat(), message, sound: false, at })
  }

  const write = (kind: JobKind, { about, memory }: Asked<Memory>, { by, token }: JobOrder) =>
    store.atomically(() => {
      const subject = kind.subject(memory)
      const startedAt = clock.now()
      const draft = { kind: kind.kind, subject, about, memory, startedAt }
      const id = store.jobs.begin({ ...draft, by: by ?? null, token: token ?? null })
      const notice = openNotice(kind, id, memory, token)
      if (notice !== null) store.jobs.setNotice(id, notice)
      const reason = token === undefined ? 'bot' : 'operator'
      const detail = { job: id, kind: kind.kind, subject, about }
      store.events.add({ at: startedAt, kind: 'job-begun', reason, actor: by ?? null, detail })
      return { id, notice, startedAt }
    })

  const hostsOf = (kind: JobKind, memory: Memory): Set<string> => {
    const touched = new Set(kind.touches(memory))
    const services = context.services().filter(({ name }) => touched.has(name))
    return new Set(services.map(({ host }) => host))
  }

  const begin = (kind: JobKind, asked: Asked<Memory>, order: JobOrder): Ordered => {
    const { label, memory } = asked
    if (order.token !== undefined && store.jobs.hasToken(order.token))
      return { already: true, label }
    const by = order.by ?? null
    const locks = kind.locks(memory, jobWorld(outside, stop))
    const what = whatOf(kind, memory)
    const hold = work.begin({ locks, what, by, idle: true, mutes: nothingMuted })
    if ('held' in hold) return { held: hold.held, label }
    try {
      const written = write(kind, asked, order)
      const subject = kind.subject(memory)
      const fresh = { kind, subject, about: asked.about, by, locks, hold, memory, current: null }
      const hosts = hostsOf(kind, memory)
      launch({ ...fresh, ...written, hosts, trail: [], number: 1 }, async () => true)
      outside.poke()
      return { begun: written.id }
    } catch (error) {
      hold.done()
      throw error
    }
  }

  /** The locks that an unfinished job held: the services' too, if it was about to disturb them. */
  const recall = (stored: StoredJob): Recalled => {
    try {
      const kind = kindOf(stored.kind)
      const { memory } = stored
      const locks = kind.locks(memory, jobWorld(outside, stop))
      const last = store.jobs.steps(stored.id).at(-1)
      const disturbs = last && kind.steps[last.step]?.disturbs
      const doing = { kind, memory, locks, hosts: hostsOf(kind, memory) }
      const hold = work.begin({
        ...doingOf(doing, { disturbs: disturbs ?? 'nothing' }),
        what: whatOf(kind, memory),
        by: stored.by ?? null,
      })
      const problem = 'held' in hold ? `${hold.held.what} works on the same` : null
      return { stored, hold: 'held' in hold ? null : hold, locks, problem }
    } catch (error) {
      return { stored, hold: null, locks: [], problem: messageOf(error) }
    }
  }

  /** Its kind or its config is gone: nobody can say any more what is to be done about it. */
  const abandon = ({ stored, problem }: Recalled): void => {
    const { id, kind, subject, notice } = stored
    const headline = headlineOf(context.kinds.jobs.get(kind), stored)
    const end = abandonedEnd(headline, redact(problem ?? ''))
    const at = clock.now()
    const took = Math.max(0, at - stored.startedAt)
    const by = stored.by ?? null
    const message = jobEndMessage({ id, end, took, usual: null, by, cutShort: null, hasLog: true })
    store.atomically(() => {
      if (notice !== null) store.outbox.revise(notice, message, at)
      const chat = (notice === null ? undefined : store.notices.get(notice)?.chat) ?? context.chat()
      const reply = notice === null ? {} : { replyTo: notice }
      store.outbox.post({ kind: 'reply', chat, message, sound: true, at, ...reply })
      store.jobs.end(id, at, end)
      const detail = { job: id, kind, subject }
      store.events.add({ at, kind: 'job-ended', reason: end.outcome, actor: by, detail })
    })
  }

  const resumeOne = (one: Recalled): void => {
    const { stored, hold, locks } = one
    const kind = context.kinds.jobs.get(stored.kind)
    if (!hold || !kind) return abandon(one)
    const steps = store.jobs.steps(stored.id)
    const { id, subject, about, memory, startedAt, notice } = stored
    const trail = [...trailOf(steps)]
    const number = (steps.at(-1)?.number ?? 0) + 1
    const hosts = hostsOf(kind, memory)
    const rest = { about, memory, startedAt, notice, locks, hold, hosts, trail, number }
    const job: Running = { id, kind, subject, by: stored.by ?? null, current: null, ...rest }
    const last = steps.at(-1)
    const open = last && last.ended === null ? last : undefined
    launch(job, () => (open ? course.cutShort(job, open) : Promise.resolve(true)))
  }

  return {
    /** What would be done. @throws OperatorError when it cannot be done */
    async ask(
      name: string,
      about: About,
    ): Promise<Asked<Memory> & { readonly locks: readonly string[] }> {
      const kind = kindOf(name)
      const asked = await ask(kind, about)
      return { ...asked, locks: kind.locks(asked.memory, jobWorld(outside, stop)) }
    },
    /** Looks once more and begins. @throws OperatorError when it cannot be done */
    async order(order: JobOrder): Promise<Ordered> {
      const kind = kindOf(order.kind)
      return begin(kind, await ask(kind, order.about), order)
    },
    /** To be called before anything else may begin: takes the locks of unfinished jobs again. */
    recall(): void {
      for (const stored of store.jobs.open()) recalled.set(stored.id, recall(stored))
    },
    /** Goes on with them. To be called until it does not throw. */
    resume(): void {
      for (const [id, one] of Array.from(recalled)) {
        resumeOne(one)
        recalled.delete(id)
      }
    },
    running: (): readonly JobView[] => Array.from(running.values(), runningView),
    /** What is under way, and what ended last, newest first. */
    list(limit: number): readonly JobView[] {
      const now = Array.from(running.values(), runningView).toReversed()
      const ended = store.jobs.ended(limit).map((job) => storedView(context, job))
      return [...now, ...ended].slice(0, limit)
    },
    cancel(id: number, by: string): Text {
      const job = running.get(id)
      if (!job) return t('job-cancel-over')
      const { current } = job
      if (!current?.cancellable) return t('job-cancel-not-now')
      if (current.cancelledBy !== null) return t('job-cancel-already')
      current.cancelledBy = by
      const detail = { job: id, kind: job.kind.kind, subject: job.subject, step: current.step }
      const at = clock.now()
      try {
        store.events.add({ at, kind: 'job-cancel', reason: 'operator', actor: by, detail })
      } catch (error) {
        outside.fault(error)
      }
      onlooker.changed(job)
      current.halt.abort(new OperatorError(`cancelled by ${by}`))
      return t('job-cancel-taken')
    },
    log: (id: number): Attachment | undefined => logOf(context, id, running.get(id)),
    /** Ends well when no step is under way any more. */
    settled: (): Promise<unknown> => Promise.allSettled(courses),
  }
}
