import { messageOf } from '../../contract/error.ts'
import { abandonedEnd, jobEndMessage } from '../../core/say/job.ts'
import { type StoredJob, type StoredStep, trailOf } from '../../store/jobs.ts'
import type { Context } from '../context.ts'
import type { Hold } from '../work.ts'
import { doingOf } from './disturbing.ts'
import type { JobKind } from './kind.ts'
import { goneKind, hostsOf, whatOf } from './kinds.ts'
import type { JobsOutside } from './outside.ts'
import type { Running } from './running.ts'
import { headlineOf } from './showing.ts'
import { jobWorld } from './world.ts'

/** A job of an earlier run of the program, and where it stands. */
interface Recalled {
  readonly stored: StoredJob
  /** undefined: there is none of its name any more. */
  readonly kind: JobKind | undefined
  readonly hold: Hold | null
  readonly locks: readonly string[]
  /** Why it cannot go on. */
  readonly problem: string
}

/** Whoever backs up or deploys needs most kinds, sooner or later. */
const isAtWork = ({ config, services }: Context): boolean =>
  config().backups.length > 0 || services().some(({ deploy }) => deploy !== undefined)

/**
 * Takes up the jobs that an earlier run of the program has not ended.
 *
 * @param launch goes on with one; its last step, where that has no end, was cut short
 */
export function createRecalling(
  outside: JobsOutside,
  launch: (job: Running, open: StoredStep | undefined) => void,
) {
  const { context, stop } = outside
  const { clock, store, work, redact } = context
  const unfinished = new Map<number, Recalled>()
  const done = Promise.withResolvers<void>()

  /** The locks that it held: the services' too, if it was about to disturb them. */
  const recall = (stored: StoredJob, kind: JobKind | undefined): Recalled => {
    try {
      if (!kind) throw goneKind(stored.kind)
      const { memory } = stored
      const locks = kind.locks(memory, jobWorld(outside, stop))
      const last = store.jobs.steps(stored.id).at(-1)
      const disturbs = (last && kind.steps[last.step]?.disturbs) ?? 'nothing'
      const doing = { kind, memory, locks, hosts: hostsOf(context, kind, memory) }
      const what = whatOf(kind, memory)
      const by = stored.by ?? null
      const take = (of: typeof disturbs) =>
        work.begin({ ...doingOf(doing, { disturbs: of }), what, by, since: stored.startedAt })
      const all = take(disturbs)
      // Of two that name one service one only waited for the other, and may wait on.
      const hold = 'held' in all ? take('nothing') : all
      return 'held' in hold
        ? { stored, kind, hold: null, locks, problem: `${hold.held.what} works on the same` }
        : { stored, kind, hold, locks, problem: '' }
    } catch (error) {
      return { stored, kind, hold: null, locks: [], problem: messageOf(error) }
    }
  }

  /** Its kind or its config is gone: nobody can say any more what is to be done about it. */
  const abandon = ({ stored, kind: definition, problem }: Recalled): void => {
    const { id, kind, subject, notice, by = null } = stored
    const headline = headlineOf(definition, stored)
    const end = abandonedEnd(headline, redact(problem))
    const at = clock.now()
    const took = Math.max(0, at - stored.startedAt)
    const over = { id, end, took, usual: null, by, cutShort: null, lines: [], hasLog: true }
    const message = jobEndMessage(over)
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
    const { stored, kind, hold, locks } = one
    if (!hold || !kind) return abandon(one)
    const steps = store.jobs.steps(stored.id)
    const { id, subject, about, memory, startedAt, notice, by = null } = stored
    const trail = [...trailOf(steps)]
    const last = steps.at(-1)
    const number = (last?.number ?? 0) + 1
    const hosts = hostsOf(context, kind, memory)
    const known = { id, kind, subject, about, by, memory, startedAt, notice }
    const job: Running = {
      ...known,
      locks,
      hold,
      hosts,
      trail,
      number,
      parent: null,
      current: null,
      unwanted: null,
      end: null,
    }
    launch(job, last?.ended === null ? last : undefined)
  }

  return {
    /**
     * To be called before anything else may begin: takes the locks of unfinished jobs again. What
     * jobs take in memory is taken now where there are going to be some.
     */
    async recall(): Promise<void> {
      const open = store.jobs.open()
      const names = isAtWork(context)
        ? Array.from(context.kinds.jobs.keys())
        : [...new Set(open.map(({ kind }) => kind))]
      const read = names.map(
        async (name) => [name, await context.kinds.jobs.get(name)?.()] as const,
      )
      const kinds = new Map(await Promise.all(read))
      for (const stored of open) unfinished.set(stored.id, recall(stored, kinds.get(stored.kind)))
      done.resolve()
    },
    /** Ends well when that is done. */
    recalled: done.promise,
    /** Goes on with them. To be called until it does not throw. */
    resume(): void {
      for (const [id, one] of Array.from(unfinished)) {
        resumeOne(one)
        unfinished.delete(id)
      }
    },
  }
}
