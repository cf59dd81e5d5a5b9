import type { Message } from '../contract/message.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Confirmation } from '../store/people.ts'
import { t } from '../contract/message.ts'
import type { Acting } from './acting.ts'
import { keyParts } from '../core/incident.ts'
import type { Context } from './context.ts'
import type { Fixing } from './fixing.ts'
import { type Usable } from './remedies.ts'
import { targetId } from './target.ts'

export interface RecoveryOutside {
  readonly context: Context
  readonly fixing: Fixing
  readonly acting: Acting
  readonly poke: () => void
}

/** What an attempt was about, from what was written down of it. */
function usableOf(context: Context, attempt: Attempt): { usable: Usable; subject: string } | null {
  const { check, host, subject } = keyParts(attempt.target)
  const target = context.targets().get(targetId(check, host))
  const config = context.fix(attempt.fix)
  const fix = config && context.kinds.fixes.get(config.kind)
  if (!target || !config || !fix) return null
  const lock = attempt.fix.startsWith('restart:')
    ? `service:${attempt.fix.slice('restart:'.length)}`
    : `fix:${attempt.fix}`
  return { usable: { config, fix, target, key: attempt.target, lock }, subject }
}

/** The press was taken, but nothing was begun before the program ended. */
const lost = ({ prepared }: Confirmation): Message => ({
  blocks: [{ line: t('outcome-lost', { label: prepared.label }) }],
})

/**
 * Takes up what an earlier run of the program left: half-made attempts are judged by what is seen
 * now, never repeated; operators who waited for a result get one.
 */
export function recover({ context, fixing, acting, poke }: RecoveryOutside): void {
  const { store, clock } = context
  store.outbox.unclaim()

  const report = (question: Confirmation, message: Message): void => {
    store.atomically(() => {
      store.confirmations.move(question.token, 'claimed', 'done')
      const { chat } = question
      store.outbox.post({ kind: 'note', chat, message, sound: false, at: clock.now() })
    })
    poke()
  }

  /** It had ended already, only nobody was told. */
  const endOf = (question: Confirmation, attempt: Attempt): Message => {
    const is = attempt.state === 'verified' ? 'verified' : 'failed'
    const { result = '', after = '' } = attempt
    const took = (attempt.endedAt ?? clock.now()) - attempt.startedAt
    return question.action.do === 'command'
      ? lost(question)
      : acting.told(question.action, { is, result, after }, took).message
  }

  for (const attempt of store.attempts.unfinished()) {
    const found = usableOf(context, attempt)
    if (!found) {
      const result = 'interrupted; what it was about is not configured any more'
      store.attempts.progress(attempt, { state: 'interrupted', endedAt: clock.now(), result })
      continue
    }
    const resumed = fixing.resume(attempt, found.usable, found.subject).then((end) => {
      const question = attempt.token === null ? undefined : store.confirmations.get(attempt.token)
      if (!question || question.action.do === 'command' || end.is === 'interrupted') return
      const { message } = acting.told(question.action, end, clock.now() - attempt.startedAt)
      report(question, message)
    })
    void resumed.catch((error: unknown) =>
      context.log.error({ err: error, attempt: attempt.id }, 'an attempt could not be judged'),
    )
  }

  for (const question of store.confirmations.askedBefore('claimed', clock.now())) {
    const attempt = store.attempts.byToken(question.token)
    if (attempt && attempt.endedAt === undefined) continue
    report(question, attempt ? endOf(question, attempt) : lost(question))
  }
}
