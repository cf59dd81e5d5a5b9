import type { Message, Text } from '../contract/message.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Confirmation } from '../store/people.ts'
import { t } from '../contract/message.ts'
import type { Accounting } from './accounting.ts'
import type { AttemptEnd } from './attempting.ts'
import { keyParts } from '../core/incident.ts'
import type { Context } from './context.ts'
import type { Fixing } from './fixing.ts'
import type { Jobs } from './jobs/engine.ts'
import { isOrder, type Ordering } from './ordering.ts'
import { lockOf, type Usable } from './remedies.ts'
import { targetId } from './target.ts'

export interface RecoveryOutside {
  readonly context: Context
  readonly fixing: Fixing
  readonly ordering: Ordering
  readonly jobs: Pick<Jobs, 'resume'>
  readonly accounting: Accounting
  readonly poke: () => void
}

/** What an attempt was about, from what was written down of it. */
function usableOf(context: Context, attempt: Attempt): { usable: Usable; subject: string } | null {
  const { check, host, subject } = keyParts(attempt.target)
  const target = context.targets().get(targetId(check, host))
  const config = context.fix(attempt.fix)
  const fix = config && context.kinds.fixes.get(config.kind)
  if (!target || !config || !fix) return null
  return { usable: { config, fix, target, key: attempt.target, lock: lockOf(config) }, subject }
}

/** The answer that was never finished; what came of it follows. */
const cutShort = (label: Text): Message => ({
  blocks: [{ line: t('outcome-cut-short', { label }) }],
})

/** The press was taken, but nothing was begun before the program ended. */
const lost = ({ prepared }: Confirmation): Message => ({
  blocks: [{ line: t('outcome-lost', { label: prepared.label }) }],
})

/**
 * Takes up what an earlier run of the program left: half-made attempts are judged by what is seen
 * now, never repeated; operators who waited for a result get one. To be called until it does not
 * throw: with a full disk nothing can be written down at first.
 */
export function createRecovery(outside: RecoveryOutside) {
  const { context, fixing, ordering, jobs, accounting, poke } = outside
  const { store, clock, log } = context
  const taken = new Set<number>()

  const report = (question: Confirmation, message: Message): void => {
    store.atomically(() => {
      store.confirmations.move(question.token, 'claimed', 'done')
      const { chat, messageId, prepared } = question
      const at = clock.now()
      // It says that the thing is being done, and would say so for ever.
      if (messageId !== null)
        store.outbox.replace(messageId, { kind: 'note', chat, at }, cutShort(prepared.label))
      store.outbox.post({ kind: 'note', chat, message, sound: false, at })
    })
    poke()
  }

  /** It had ended already, only nobody was told. */
  const endOf = (question: Confirmation, attempt: Attempt): Message => {
    const is = attempt.state === 'verified' ? 'verified' : 'failed'
    const { result = '', after = '' } = attempt
    const took = (attempt.endedAt ?? clock.now()) - attempt.startedAt
    return isOrder(question.action)
      ? ordering.told(question.action, { is, result, after }, took).message
      : lost(question)
  }

  const answer = (attempt: Attempt, end: AttemptEnd): void => {
    const question = attempt.token === null ? undefined : store.confirmations.get(attempt.token)
    if (!question || !isOrder(question.action) || end.is === 'interrupted') return
    report(question, ordering.told(question.action, end, clock.now() - attempt.startedAt).message)
  }

  const resume = (attempt: Attempt): void => {
    const found = usableOf(context, attempt)
    if (!found) {
      const result = 'interrupted; what it was about is not configured any more'
      store.attempts.progress(attempt, { state: 'interrupted', endedAt: clock.now(), result })
      return
    }
    taken.add(attempt.id)
    fixing
      .resume(attempt, found.usable, found.subject)
      .then((end) => answer(attempt, end))
      .catch((error: unknown) => log.error({ err: error, attempt: attempt.id }, 'not judged'))
  }

  /** Ended between the verdict on its fix and the end of the incident itself. */
  const closeVerified = (): void => {
    for (const { id } of store.incidents.open()) {
      const last = store.attempts.ofIncident(id).at(-1)
      const found = last?.state === 'verified' && last.by === undefined && usableOf(context, last)
      if (last && found)
        void accounting.account(id, found.usable, { is: 'verified', result: last.result ?? '' })
    }
  }

  let unclaimed = false

  return (): void => {
    // Once: later on, what is claimed is under way.
    if (!unclaimed) store.outbox.unclaim()
    unclaimed = true
    jobs.resume()
    closeVerified()
    for (const attempt of store.attempts.unfinished()) if (!taken.has(attempt.id)) resume(attempt)
    // Whenever it was asked: the clock may have been set back since.
    for (const question of store.confirmations.askedBefore('claimed', Number.MAX_SAFE_INTEGER)) {
      const attempt = store.attempts.byToken(question.token)
      if (attempt && attempt.endedAt === undefined) continue
      report(question, attempt ? endOf(question, attempt) : lost(question))
    }
  }
}
