import type { Timer } from '../../contract/clock.ts'
import type { JobEnd } from '../../core/job/record.ts'
import { severityOf } from '../../core/job/record.ts'
import { excerpt } from '../../core/job/excerpt.ts'
import { slowerThan } from '../../core/job/pace.ts'
import { jobAlarm, jobEndMessage, jobLogMessage, jobMessage } from '../../core/say/job.ts'
import type { JobsOutside } from './outside.ts'
import { logOf } from './log.ts'
import type { Onlooker, Running } from './running.ts'
import { cutShortText, sightOf } from './showing.ts'

/** Between two edits for new output: with those for steps well below Telegram's 20 a minute. */
const outputEvery = 5_000
/** Without output the time is brought up to date; less often once it is a long one. */
const quietEvery = 30_000
const longStep = 10 * 60_000
/** How many that went well say what is usual. */
const compared = 20
/** Lines that say why it failed: as many as are read on a phone. */
const shownErrors = 6

interface Live {
  /** When the message was written last, monotonic. */
  writtenAt: number
  timer: Timer | null
  /** When the timer is due, monotonic. */
  due: number
}

/** One message for a job, from its beginning to its end. */
export function createJobTelling(outside: JobsOutside): Onlooker {
  const { context, poke, fault } = outside
  const { clock, store } = context
  const lives = new Map<number, Live>()

  const write = (job: Running, live: Live): void => {
    live.timer?.cancel()
    live.timer = null
    live.writtenAt = clock.monotonic()
    if (job.notice === null) return
    try {
      store.outbox.revise(job.notice, jobMessage(sightOf(context, job)), clock.now())
      poke()
    } catch (error) {
      fault(error)
    }
    if (job.current) later(job, live, pauseOf(job))
  }

  const pauseOf = ({ current }: Running): number =>
    current && clock.monotonic() - current.begunMono > longStep ? longStep : quietEvery

  const later = (job: Running, live: Live, ms: number): void => {
    const due = clock.monotonic() + ms
    if (live.timer && live.due <= due) return
    live.timer?.cancel()
    live.due = due
    live.timer = clock.after(ms, () => write(job, live))
  }

  const liveOf = (job: Running): Live => {
    const known = lives.get(job.id)
    if (known) return known
    const live: Live = { writtenAt: -Infinity, timer: null, due: 0 }
    lives.set(job.id, live)
    return live
  }

  /** What the step says that the end is about. */
  const linesOf = (job: Running, { shows }: JobEnd): readonly string[] => {
    const about = store.jobs.steps(job.id).findLast(({ step }) => step === shows)
    return about ? excerpt(store.jobs.outputs(job.id).get(about.number) ?? '', shownErrors) : []
  }

  const overMessage = (job: Running, end: JobEnd, at: number) => {
    const lines = linesOf(job, end)
    const took = Math.max(0, at - job.startedAt)
    const before = store.jobs.times(job.kind.kind, job.subject, compared)
    const usual = end.ok ? slowerThan(took, before) : null
    const hasLog = store.jobs.steps(job.id).length > 0
    const cutShort = cutShortText(job)
    return jobEndMessage({ id: job.id, end, took, usual, by: job.by, cutShort, lines, hasLog })
  }

  /** Where its message is, or has to be; null for what stands in the history alone. */
  const noticeOf = (job: Running, end: JobEnd, at: number): number | null => {
    const message = overMessage(job, end, at)
    if (job.notice !== null) {
      store.outbox.revise(job.notice, message, at)
      return job.notice
    }
    const severity = severityOf(end)
    // Another job tells of it, unless somebody has to come at once.
    if (severity === 'info' || (job.parent !== null && severity !== 'critical')) return null
    const draft = { kind: 'task', chat: context.chat(), sound: false } as const
    return store.outbox.post({ ...draft, message, at })
  }

  return {
    changed(job) {
      write(job, liveOf(job))
    },
    output(job) {
      const live = liveOf(job)
      later(job, live, Math.max(0, live.writtenAt + outputEvery - clock.monotonic()))
    },
    ended(job, end, at) {
      const replyTo = noticeOf(job, end, at)
      const notice = replyTo === null ? undefined : store.notices.get(replyTo)
      if (!notice || replyTo === null) return
      // Where quiet hours may hold the message itself, they hold what hangs on it.
      const kind = notice.kind === 'task' ? 'task' : 'reply'
      const common = { chat: notice.chat, at, replyTo }
      if (severityOf(end) === 'critical')
        store.outbox.post({
          ...common,
          kind: 'reply',
          message: jobAlarm(end, linesOf(job, end)),
          sound: true,
        })
      const file = end.ok ? undefined : logOf(context, job.id, undefined)
      if (file) {
        const message = jobLogMessage(file.name, file.text)
        store.outbox.post({ ...common, kind, message, sound: false })
      }
    },
    gone(job) {
      lives.get(job.id)?.timer?.cancel()
      lives.delete(job.id)
    },
  }
}
