import { OperatorError } from '../contract/error.ts'
import type { Action, Outcome, Prepared } from '../contract/house.ts'
import { t } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import type { Context } from './context.ts'
import { fingerprint } from './fingerprint.ts'
import type { Jobs } from './jobs/engine.ts'
import { isOrder, type Ordering } from './ordering.ts'
import { busyOutcome, busyWarnings, outcome } from './taken.ts'

/** The schedule of the tasks, as a thing that is confirmed. */
export interface Scheduling {
  /** What would change. @throws OperatorError when there is nothing to confirm any more */
  prepare(plan: string): Prepared
  apply(plan: string, by: Operator): Outcome
}

export interface ActingOutside {
  readonly context: Context
  readonly ordering: Ordering
  readonly jobs: Pick<Jobs, 'ask' | 'order'>
  readonly scheduling: Scheduling
}

type JobAction = Extract<Action, { readonly do: 'job' }>

const notOurs = (): OperatorError => new OperatorError('a command is not carried out here')

/** What an operator has done: shown first, then done once. */
export function createActing({ context, ordering, jobs, scheduling }: ActingOutside) {
  const prepareJob = async ({ kind, about }: JobAction): Promise<Prepared> => {
    const asked = await jobs.ask(kind, about)
    return {
      action: { do: 'job', kind, about: asked.about, plan: fingerprint(asked.steps) },
      label: asked.label,
      facts: asked.facts,
      steps: asked.steps.map(context.redact),
      warnings: [...asked.warnings, ...busyWarnings(context.work, asked.locks)],
      ...(asked.typed && { typed: asked.typed }),
    }
  }

  const startJob = async ({ do: _do, ...asked }: JobAction, by: Operator, token: string) => {
    const ordered = await jobs.order({ ...asked, by: by.name, token })
    if ('held' in ordered) return busyOutcome(ordered.label, ordered.held)
    if ('already' in ordered)
      return outcome(false, t('outcome-done-already', { label: ordered.label }))
    if ('changed' in ordered) return outcome(false, t('outcome-changed', { label: ordered.label }))
    return null
  }

  return {
    /** Exactly what would happen. @throws OperatorError when it cannot be done any more */
    async prepare(action: Action): Promise<Prepared> {
      if (isOrder(action)) return ordering.prepare(action)
      if (action.do === 'job') return prepareJob(action)
      if (action.do === 'schedule') return scheduling.prepare(action.plan)
      throw notOurs()
    },
    /** Does it, once for each token; null: a job has begun, and tells of itself. */
    async perform(action: Action, by: Operator, token: string): Promise<Outcome | null> {
      if (isOrder(action)) return ordering.perform(action, by, token)
      if (action.do === 'job') return startJob(action, by, token)
      if (action.do === 'schedule') return scheduling.apply(action.plan, by)
      throw notOurs()
    },
  }
}

export type Acting = ReturnType<typeof createActing>
