import type { StepRecord } from '../job/record.ts'
import type { Swapped } from './swap.ts'

/** What kind of restore it is. */
export interface RestorePlan {
  readonly to: 'side' | 'live'
  /** Services are stopped for it. */
  readonly stops: boolean
  /** What is live is backed up before it is touched. */
  readonly safety: boolean
  /** What it holds may never run twice: nothing is started again, whatever comes. */
  readonly exclusive: boolean
}

/** What the steps have found out that decides where it goes. */
export interface RestoreFindings {
  /** How far the swap has come, by the last look. */
  readonly found?: Swapped
}

export interface RestoreEnd {
  /**
   * done · unchanged: nothing was changed · cancelled: the same, by a person · undone: what was live
   * is live again · stuck: it is neither the one nor the other.
   */
  readonly outcome: 'done' | 'unchanged' | 'cancelled' | 'undone' | 'stuck'
  /** What went wrong first. */
  readonly cause?: StepRecord
  /** Why it could not be undone. */
  readonly trouble?: StepRecord
  /** What came after, and did not work: a service that did not start, or is not healthy. */
  readonly notes: readonly StepRecord[]
  /** Services were stopped, and nothing has started them again. */
  readonly stopped: boolean
  /** Something could not be removed. */
  readonly left: boolean
}

export type RestoreMove = { readonly step: string } | { readonly end: RestoreEnd }

/** How often a swap is taken up again after the bot was killed in it; then it is undone. */
const mostResumes = 2
/** How often a step that may be repeated is, before it is given up. */
const mostRepeats = 4

const sideSteps = ['clear', 'inspect', 'fetch', 'prove', 'place'] as const
const liveSteps = ['clear', 'inspect', 'fetch', 'prove'] as const

const go = (step: string): RestoreMove => ({ step })

const preparing = ({ to, safety }: RestorePlan): readonly string[] => {
  if (to === 'side') return sideSteps
  return safety ? [...liveSteps, 'safety'] : liveSteps
}

const changing = ({ stops }: RestorePlan): readonly string[] =>
  stops ? ['stop', 'swap-in'] : ['swap-in']

const starting = ({ stops, exclusive }: RestorePlan): readonly string[] =>
  stops && !exclusive ? ['start', 'gate'] : []

const returning = ({ stops, exclusive }: RestorePlan): readonly string[] =>
  stops && !exclusive ? ['start-again', 'gate-old'] : []

/** The steps there are when all goes well. */
export const restoreSteps = (plan: RestorePlan): readonly string[] =>
  plan.to === 'side'
    ? [...sideSteps, 'tidy']
    : [...preparing(plan), ...changing(plan), ...starting(plan), 'tidy']

const following = (steps: readonly string[], step: string): string | undefined =>
  steps[steps.indexOf(step) + 1]

const count = (trail: readonly StepRecord[], step: string, end?: StepRecord['end']): number =>
  trail.filter((one) => one.step === step && (end === undefined || one.end === end)).length

const has = (trail: readonly StepRecord[], step: string): boolean => count(trail, step) > 0

const isDone = (trail: readonly StepRecord[], step: string): boolean =>
  trail.findLast((one) => one.step === step)?.end === 'done'

/** Restored data is where it was to go, by the steps that bring it there. */
function isRestored(
  plan: RestorePlan,
  { found }: RestoreFindings,
  trail: readonly StepRecord[],
): boolean {
  if (plan.to === 'side') return isDone(trail, 'place')
  if (has(trail, 'swap-back')) return false
  return isDone(trail, 'swap-in') || (has(trail, 'look-swap') && found === 'new')
}

const notesOf = (trail: readonly StepRecord[]): readonly StepRecord[] =>
  ['start', 'gate', 'start-again', 'gate-old'].flatMap((step) => {
    const last = trail.findLast((one) => one.step === step)
    return last && last.end !== 'done' ? [last] : []
  })

function outcomeOf(
  plan: RestorePlan,
  findings: RestoreFindings,
  trail: readonly StepRecord[],
): RestoreEnd['outcome'] {
  if (isRestored(plan, findings, trail)) return 'done'
  if (has(trail, 'swap-back')) return isDone(trail, 'swap-back') ? 'undone' : 'stuck'
  return trail.some(({ end }) => end === 'cancelled') ? 'cancelled' : 'unchanged'
}

function endOf(
  plan: RestorePlan,
  findings: RestoreFindings,
  trail: readonly StepRecord[],
): RestoreMove {
  const outcome = outcomeOf(plan, findings, trail)
  const own = (step: string): boolean => [...preparing(plan), ...changing(plan)].includes(step)
  const cause = trail.find(({ step, end }) => end !== 'done' && own(step))
  const trouble =
    outcome === 'stuck' ? trail.findLast(({ step }) => step === 'swap-back') : undefined
  const started = isDone(trail, 'start') || isDone(trail, 'start-again')
  return {
    end: {
      outcome,
      ...(cause && outcome !== 'done' && { cause }),
      ...(trouble && { trouble }),
      notes: notesOf(trail),
      stopped: has(trail, 'stop') && !started,
      left: !isDone(trail, 'tidy'),
    },
  }
}

/** What was live is still live: what was stopped is started again. */
const leave = (plan: RestorePlan): RestoreMove => go(returning(plan)[0] ?? 'tidy')

/** Restored: what was stopped is started. */
const onward = (plan: RestorePlan): RestoreMove => go(starting(plan)[0] ?? 'tidy')

function afterPreparing(
  plan: RestorePlan,
  trail: readonly StepRecord[],
  { step, end }: StepRecord,
): RestoreMove {
  if (end === 'done')
    return go(
      following(preparing(plan), step) ??
        (plan.to === 'side' ? 'tidy' : (changing(plan)[0] ?? 'tidy')),
    )
  const again = step === 'place' && end === 'cut-short' && count(trail, step, end) <= mostRepeats
  return go(again ? step : 'tidy')
}

function afterLook(
  plan: RestorePlan,
  { found }: RestoreFindings,
  trail: readonly StepRecord[],
  { end }: StepRecord,
): RestoreMove {
  if (end === 'cut-short' && count(trail, 'look-swap', 'cut-short') <= mostRepeats)
    return go('look-swap')
  if (end !== 'done') return go('swap-back')
  if (found === 'new') return onward(plan)
  if (found === 'old') return leave(plan)
  const swaps = trail.filter(({ step }) => step === 'swap-in')
  const resumes = swaps.every((one) => one.end === 'cut-short') && swaps.length <= mostResumes
  return go(resumes ? 'swap-in' : 'swap-back')
}

/** Going back is begun anew: often after a crash, once after a failure that may pass. */
function afterBack(
  plan: RestorePlan,
  findings: RestoreFindings,
  trail: readonly StepRecord[],
  { end }: StepRecord,
): RestoreMove {
  if (end === 'done') return leave(plan)
  const cut = count(trail, 'swap-back', 'cut-short')
  const again = end === 'cut-short' ? cut <= mostRepeats : count(trail, 'swap-back') - cut <= 1
  // Nothing is removed while nobody knows what is where.
  return again ? go('swap-back') : endOf(plan, findings, trail)
}

/** The start and the gate, of the restored data or of what was live before. */
function afterStart(
  steps: readonly string[],
  trail: readonly StepRecord[],
  { step, end }: StepRecord,
): RestoreMove {
  if (end === 'cut-short' && count(trail, step, end) <= mostRepeats) return go(step)
  return go(end === 'done' ? (following(steps, step) ?? 'tidy') : 'tidy')
}

/**
 * What comes next in a restore, however the last step ended. Until the swap nothing is changed, and
 * what fails is tidied away. A swap that did not end well is looked into first: what is complete goes
 * on, what a crash has cut in two is completed, and what failed goes back. Data that was restored is
 * never taken away again by itself, also where its service does not become healthy.
 */
export function nextRestore(
  plan: RestorePlan,
  findings: RestoreFindings,
  trail: readonly StepRecord[],
): RestoreMove {
  const last = trail.at(-1)
  if (!last) return go('clear')
  const { step, end } = last
  if (preparing(plan).includes(step)) return afterPreparing(plan, trail, last)
  if (step === 'stop') return end === 'done' ? go('swap-in') : leave(plan)
  if (step === 'swap-in') return end === 'done' ? onward(plan) : go('look-swap')
  if (step === 'look-swap') return afterLook(plan, findings, trail, last)
  if (step === 'swap-back') return afterBack(plan, findings, trail, last)
  if (starting(plan).includes(step)) return afterStart(starting(plan), trail, last)
  if (returning(plan).includes(step)) return afterStart(returning(plan), trail, last)
  if (end !== 'done' && count(trail, 'tidy') <= mostRepeats) return go('tidy')
  return endOf(plan, findings, trail)
}
