import { OperatorError } from '../contract/error.ts'
import type { Step } from '../contract/fix.ts'
import type { Action, Outcome, Prepared, Typed } from '../contract/house.ts'
import { line, type Text, t } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import { incidentKey, isOpen } from '../core/incident.ts'
import { nameOf } from '../core/say/incident.ts'
import type { Attempting, AttemptEnd } from './attempting.ts'
import type { Context } from './context.ts'
import { fingerprint } from './fingerprint.ts'
import { holdsOf, type StartHold } from './holds.ts'
import { type Fixing, mutes } from './fixing.ts'
import { type Usable, usableFor } from './remedies.ts'
import { busyOutcome, busyWarnings, outcome } from './taken.ts'
import { everySubject } from './verifying.ts'

export interface OrderingOutside {
  readonly context: Context
  readonly fixing: Fixing
  readonly attempting: Attempting
}

/** A restart or a fix: over within minutes, and told by its outcome. */
export type Order = Extract<Action, { readonly do: 'restart' | 'fix' }>

export const isOrder = (action: Action): action is Order =>
  action.do === 'restart' || action.do === 'fix'

/** An order, resolved against what exists now. */
interface Resolved {
  readonly usable: Usable
  readonly subject: string
}

/** The order with what was shown of it. */
function pinned(action: Order, steps: readonly Step[], hold: StartHold | null): Order {
  if (action.do === 'fix') return { ...action, plan: fingerprint(steps) }
  return hold ? { ...action, hold: hold.at } : action
}

/** Nothing but a person can know that no other copy of it signs. */
function typedFor({ usable: { lock } }: Resolved, { backup, at }: StartHold): Typed {
  const service = lock.slice('service:'.length)
  return {
    phrase: `start ${service}, no other copy runs`,
    loses: [
      t('hold-since', { service, backup, at: { time: at, style: 'full' } }),
      t('hold-epochs', { service }),
      t('hold-proof'),
    ],
  }
}

/** Restarts and fixes that an operator has ordered: shown first, then done once. */
export function createOrdering({ context, fixing, attempting }: OrderingOutside) {
  const { store, work } = context
  const holds = holdsOf(context)

  /** What a restart would end; a fix may not. @throws OperatorError */
  const holdOf = (action: Order, { usable: { lock } }: Resolved): StartHold | null => {
    if (action.do === 'restart') return holds.of(action.service)
    if (lock.startsWith('service:')) holds.demandFree(lock.slice('service:'.length))
    return null
  }

  const labelOf = (action: Order): Text => {
    if (action.do === 'restart') return t('confirm-restart', { service: action.service })
    const incident = store.incidents.get(action.incident)
    return t('confirm-fix', { name: incident ? nameOf(incident) : String(action.incident) })
  }

  const resolveRestart = (action: Extract<Order, { do: 'restart' }>): Resolved => {
    const target = [...context.targets().values()].find(
      (one) => one.service?.name === action.service,
    )
    const config = context.fix(`restart:${action.service}`)
    const fix = context.kinds.fixes.get('restart')
    if (!target || !config || !fix)
      throw new OperatorError(`there is no service ${action.service} any more`)
    const subject = action.instance ?? everySubject
    const { name: check } = target.check
    const key = incidentKey({ check, host: target.host.name, subject, cause: 'threshold' })
    const usable = { config, fix, target, key, lock: `service:${action.service}` }
    return { usable, subject }
  }

  const resolveFix = (action: Extract<Order, { do: 'fix' }>): Resolved => {
    const incident = store.incidents.get(action.incident)
    const usable = incident && isOpen(incident) ? usableFor(context, incident) : undefined
    if (!incident || !usable) throw new OperatorError('that incident is over, or has no fix')
    return { usable, subject: incident.subject }
  }

  const resolve = (action: Order): Resolved =>
    action.do === 'restart' ? resolveRestart(action) : resolveFix(action)

  const planOf = ({ usable, subject }: Resolved): Promise<readonly Step[]> =>
    attempting.plan({ usable, subject, ordered: true })

  const doneText = (action: Order, ok: boolean, result: string): Text => {
    if (action.do === 'fix') {
      const incident = store.incidents.get(action.incident)
      const name = incident ? nameOf(incident) : String(action.incident)
      return t(ok ? 'outcome-fixed' : 'outcome-fix-failed', { name, result })
    }
    const { service } = action
    return ok
      ? t('outcome-restarted', { service })
      : t('outcome-restart-failed', { service, result })
  }

  const told = (action: Order, end: AttemptEnd, took: number): Outcome => {
    if (end.is === 'interrupted')
      return outcome(false, t('outcome-interrupted', { label: labelOf(action) }))
    const ok = end.is === 'verified'
    const after = end.after ?? ''
    const seen = ok ? [line('outcome-verified', { after, lasted: { span: took } })] : []
    return outcome(ok, doneText(action, ok, end.result), seen)
  }

  const run = async (action: Order, by: Operator, token: string): Promise<Outcome> => {
    const resolved = resolve(action)
    const { usable, subject } = resolved
    const label = labelOf(action)
    const what = `${action.do} ${action.do === 'restart' ? action.service : usable.config.name}`
    const job = work.begin({
      locks: [usable.lock],
      what,
      by: by.name,
      mutes: mutes(usable, subject),
    })
    if ('held' in job) return busyOutcome(label, job.held)
    const begun = context.clock.monotonic()
    try {
      const hold = holdOf(action, resolved)
      if (action.do === 'restart' && hold?.at !== action.hold)
        return outcome(false, t('outcome-changed', { label }))
      const plan = action.do === 'fix' ? await planOf(resolved) : undefined
      if (plan?.length === 0) return outcome(false, t('outcome-nothing-to-do', { name: label }))
      if (plan && action.do === 'fix' && fingerprint(plan) !== action.plan)
        return outcome(false, t('outcome-changed', { label }))
      if (action.do === 'restart' && hold) holds.release(action.service)
      const end = await fixing.order(usable, subject, by.name, token, plan)
      return told(action, end, context.clock.monotonic() - begun)
    } finally {
      job.done()
    }
  }

  return {
    /** Exactly what would happen. @throws OperatorError when it cannot be done any more */
    async prepare(action: Order): Promise<Prepared> {
      const resolved = resolve(action)
      const steps = await planOf(resolved)
      const hold = holdOf(action, resolved)
      return {
        action: pinned(action, steps, hold),
        label: labelOf(action),
        ...(hold && { typed: typedFor(resolved, hold) }),
        steps: steps.map((step) => step.show),
        warnings: busyWarnings(work, [resolved.usable.lock]),
      }
    },
    /** Does it, once for each token. */
    async perform(action: Order, by: Operator, token: string): Promise<Outcome> {
      if (store.attempts.byToken(token))
        return outcome(false, t('outcome-done-already', { label: labelOf(action) }))
      return run(action, by, token)
    },
    /** How an order that was interrupted ended after all. */
    told,
  }
}

export type Ordering = ReturnType<typeof createOrdering>
