import { OperatorError } from '../../contract/error.ts'
import type { About } from '../../contract/house.ts'
import type { Text } from '../../contract/message.ts'
import { jobMessage } from '../../core/say/job.ts'
import { fingerprint } from '../fingerprint.ts'
import { limited } from '../limited.ts'
import type { Job } from '../work.ts'
import { hostsOf, kindOf, whatOf } from './kinds.ts'
import type { Asked, JobKind, Memory } from './kind.ts'
import type { JobsOutside } from './outside.ts'
import type { Parent, Running } from './running.ts'
import { jobWorld } from './world.ts'

/** How long it may take to find out what a job would do. */
const askWithin = 120_000

/** What is to be done, by whom. */
export interface JobOrder {
  readonly kind: string
  readonly about: About
  /** Who ordered it: an operator, a webhook; absent: the bot itself. */
  readonly by?: string
  /** The confirmation that ordered it: it happens once, in that one's message. */
  readonly token?: string
  /** The fingerprint of the steps that were shown; absent: none were. */
  readonly plan?: string
  /** The job that waits for this one and tells of it. */
  readonly parent?: Parent
}

/**
 * begun: it is under way · held: somebody else is at it · already: this confirmation has had its job ·
 * changed: it would not do any more what was shown.
 */
export type Ordered =
  | { readonly begun: number }
  | { readonly held: Job; readonly label: Text }
  | { readonly already: true; readonly label: Text }
  | { readonly changed: true; readonly label: Text }

const nothingMuted = (): boolean => false
const unsettled = { unwanted: null, end: null } as const

/** How jobs begin: found out, shown, found out again, written down. */
export function createBeginning(outside: JobsOutside, launch: (job: Running) => void) {
  const { context, stop } = outside
  const { clock, store, work } = context

  const find = (kind: JobKind, about: About): Promise<Asked<Memory>> =>
    limited(
      clock,
      askWithin,
      stop,
      () => new OperatorError(`could not be found out within ${askWithin / 1000} s`),
      (signal) => kind.ask(about, jobWorld(outside, signal)),
    )

  const locksOf = (kind: JobKind, { memory }: Asked<Memory>): readonly string[] =>
    kind.locks(memory, jobWorld(outside, stop))

  /** Its message: the confirmation's own, a new one, or none. */
  const openNotice = (
    kind: JobKind,
    id: number,
    memory: Memory,
    { token, parent }: JobOrder,
  ): number | null => {
    if (parent !== undefined) return null
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

  /** The job, its message and the confirmation that it answers: all of it, or nothing. */
  const write = (kind: JobKind, { about, memory }: Asked<Memory>, order: JobOrder) =>
    store.atomically(() => {
      const { by, token } = order
      const subject = kind.subject(memory)
      const startedAt = clock.now()
      const draft = { kind: kind.kind, subject, about, memory, startedAt }
      const id = store.jobs.begin({ ...draft, by: by ?? null, token: token ?? null })
      const notice = openNotice(kind, id, memory, order)
      if (notice !== null) store.jobs.setNotice(id, notice)
      const reason = token === undefined ? 'bot' : 'operator'
      const detail = { job: id, kind: kind.kind, subject, about }
      store.events.add({ at: startedAt, kind: 'job-begun', reason, actor: by ?? null, detail })
      return { id, notice, startedAt, subject }
    })

  const begin = (kind: JobKind, asked: Asked<Memory>, order: JobOrder): Ordered => {
    const { about, label, memory } = asked
    if (order.token !== undefined && store.jobs.hasToken(order.token))
      return { already: true, label }
    if (order.plan !== undefined && order.plan !== fingerprint(asked.steps))
      return { changed: true, label }
    const by = order.by ?? null
    const locks = locksOf(kind, asked)
    const what = whatOf(kind, memory)
    const hold = work.begin({ locks, what, by, idle: true, mutes: nothingMuted })
    if ('held' in hold) return { held: hold.held, label }
    try {
      const written = write(kind, asked, order)
      const hosts = hostsOf(context, kind, memory)
      const parent = order.parent ?? null
      const fresh = { kind, about, by, locks, hold, hosts, memory, parent }
      launch({ ...fresh, ...written, trail: [], number: 1, current: null, ...unsettled })
      return { begun: written.id }
    } catch (error) {
      hold.done()
      throw error
    }
  }

  return {
    /** What would be done. @throws OperatorError when it cannot be done */
    async ask(
      name: string,
      about: About,
    ): Promise<Asked<Memory> & { readonly locks: readonly string[] }> {
      const kind = await kindOf(context, name)
      const asked = await find(kind, about)
      return { ...asked, locks: locksOf(kind, asked) }
    },
    /** Looks once more and begins. @throws OperatorError when it cannot be done */
    async order(order: JobOrder): Promise<Ordered> {
      const kind = await kindOf(context, order.kind)
      return begin(kind, await find(kind, order.about), order)
    },
  }
}
