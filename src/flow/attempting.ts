import { messageOf, OperatorError } from '../contract/error.ts'
import type { FixContext, Step } from '../contract/fix.ts'
import type { Reading } from '../contract/reading.ts'
import type { Services } from '../contract/service.ts'
import { parseDuration } from '../contract/units.ts'
import { keyParts } from '../core/incident.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Context } from './context.ts'
import { limited } from './limited.ts'
import type { Usable } from './remedies.ts'
import { targetId } from './target.ts'
import { type Held, verify, type VerifyingOutside, type VerifyLimits } from './verifying.ts'

/** How an attempt ended; `interrupted` when the program stops before there is a verdict. */
export type AttemptEnd =
  | {
      readonly is: 'verified' | 'failed' | 'nothing-to-do'
      readonly result: string
      readonly after?: string
    }
  | { readonly is: 'interrupted' }

/** A fix and what it is meant for. */
export interface Aim {
  readonly usable: Usable
  readonly subject: string
  /** By an operator, not by the bot. */
  readonly ordered: boolean
}

export interface Order extends Aim {
  readonly incident: number | null
  readonly number: number
  /** A plan that was shown and approved: the fix may do this and nothing else. */
  readonly plan?: readonly Step[]
  readonly by?: string
  readonly token?: string
}

export interface AttemptingOutside extends VerifyingOutside {
  readonly services: Services
  readonly stop: AbortSignal
  /** Aborted later than `stop`: what is being done may end, what is only watched may not. */
  readonly end: AbortSignal
  /** Called in the transaction that stores the step. */
  readonly onChange: (attempt: Attempt) => void
}

const defaultWithin = 30_000
const defaultEvery = 1_000

const limitsOf = ({ config, fix }: Usable): VerifyLimits => ({
  within: config.verify.within ?? parseDuration(fix.within ?? '') ?? defaultWithin,
  every: config.verify.every ?? defaultEvery,
  hold: config.verify.hold ?? parseDuration(fix.hold ?? '') ?? 0,
})

/** Characters kept of a result. Cut after secrets are hidden: a part of one is not known for one. */
const widest = 500

const late = (ms: number): OperatorError => new OperatorError(`not done within ${ms / 1000} s`)

const targetOfKey = (key: string): string => {
  const { check, host } = keyParts(key)
  return targetId(check, host)
}

export type Attempting = ReturnType<typeof createAttempting>

/** One attempt of a fix: looked, planned, written down, made, written down, verified, written down. */
export function createAttempting(context: Context, outside: AttemptingOutside) {
  const { clock, store, redact } = context

  const brief = (text: string): string => redact(text).slice(0, widest)

  const readingOf = ({ target }: Usable, subject: string): Reading =>
    target.live.readings.find((one) => one.subject === subject) ?? { subject, metrics: {} }

  const fixContext = ({ usable, subject, ordered }: Aim, signal: AbortSignal): FixContext => ({
    host: usable.target.host,
    services: outside.services,
    reading: readingOf(usable, subject),
    signal,
    now: clock.now(),
    ordered,
  })

  const note = (attempt: Attempt, change: Parameters<typeof store.attempts.progress>[1]): Attempt =>
    store.atomically(() => {
      const next = store.attempts.progress(attempt, change)
      store.events.add({
        at: clock.now(),
        kind: `fix-${next.state}`,
        reason: next.by === undefined ? 'policy' : 'operator',
        incident: next.incident,
        target: targetOfKey(next.target),
        actor: next.by ?? null,
        detail: {
          fix: next.fix,
          number: next.number,
          result: next.result ?? null,
          after: next.after ?? null,
        },
      })
      outside.onChange(next)
      return next
    })

  /** What would be done, without doing it. */
  const plan = (aim: Aim): Promise<readonly Step[]> => {
    const { config, fix } = aim.usable
    return limited(
      clock,
      config.timeout,
      outside.stop,
      () => late(config.timeout),
      async (signal) =>
        fix
          .plan(await fix.look(config.params, fixContext(aim, signal)), config.params)
          .map((step) => ({ ...step, show: redact(step.show) })),
    )
  }

  const begin = (order: Order, steps: readonly Step[]): Attempt => {
    const { saw } = readingOf(order.usable, order.subject)
    const draft = {
      incident: order.incident,
      target: order.usable.key,
      fix: order.usable.config.name,
      number: order.number,
      steps,
      startedAt: clock.now(),
      token: order.token ?? null,
      ...(saw !== undefined && { before: saw }),
      ...(order.by !== undefined && { by: order.by }),
    }
    return store.atomically(() => note(store.attempts.begin(draft), { state: 'running' }))
  }

  const act = async (aim: Aim, steps: readonly Step[]): Promise<string> => {
    const { config, fix } = aim.usable
    const results: string[] = []
    for (const step of steps) {
      const done = await limited(
        clock,
        config.timeout,
        outside.end,
        () => late(config.timeout),
        (signal) => fix.act(step, config.params, fixContext(aim, signal)),
      )
      results.push(done.result)
    }
    return brief(results.join('; '))
  }

  const judge = async (attempt: Attempt, usable: Usable, subject: string): Promise<AttemptEnd> => {
    const held: Held | null = await verify(
      outside,
      usable.target,
      subject,
      limitsOf(usable),
      outside.stop,
    )
    if (held === null) return { is: 'interrupted' }
    const state = held.ok ? 'verified' : 'failed'
    note(attempt, { state, endedAt: clock.now(), after: held.after })
    const result = held.ok ? (attempt.result ?? '') : held.after || (attempt.result ?? '')
    return { is: state, result, after: held.after }
  }

  return {
    plan,
    /** Never throws: whatever goes wrong is a failed attempt. */
    async run(order: Order): Promise<AttemptEnd> {
      let attempt: Attempt | null = null
      try {
        const steps = order.plan ?? (await plan(order))
        attempt = begin(order, steps)
        if (steps.length === 0) {
          const result = 'found nothing to do'
          note(attempt, { state: 'nothing-to-do', endedAt: clock.now(), result })
          return { is: 'nothing-to-do', result }
        }
        const result = await act(order, steps)
        attempt = note(attempt, { state: 'verifying', actedAt: clock.now(), result })
        return await judge(attempt, order.usable, order.subject)
      } catch (error) {
        if (outside.stop.aborted) return { is: 'interrupted' }
        const result = brief(messageOf(error))
        attempt ??= begin(order, [])
        note(attempt, { state: 'failed', endedAt: clock.now(), result })
        return { is: 'failed', result }
      }
    },
    /** A half-made attempt of an earlier run of the program: judged by what is seen, not repeated. */
    resume: (attempt: Attempt, usable: Usable, subject: string): Promise<AttemptEnd> =>
      judge(attempt, usable, subject),
  }
}
