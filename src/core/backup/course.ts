import type { StepRecord } from '../job/record.ts'

/** The steps of an errand: what is done in turn, and what has to be done whatever came of it. */
export interface Plan {
  /** In this order, when all goes well. The first one ends and removes what an earlier run left. */
  readonly steps: readonly string[]
  /** What puts right again what a step has done to others: as soon as its turn comes, and always. */
  readonly mends: readonly { readonly step: string; readonly by: string }[]
  /** Those that change nothing, or may be done again: repeated where they were cut short. */
  readonly looks: readonly string[]
  /** Done once all went well; where one fails, the errand is done all the same. */
  readonly extras: readonly string[]
  /** Always done at the end. */
  readonly tidying: readonly string[]
  /** Done at the end of what went wrong by itself: the writing down. */
  readonly failing: readonly string[]
  /** How often it is begun anew after the bot was ended in the middle of it. */
  readonly again: number
}

export interface CourseEnd {
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'interrupted'
  /** What went wrong first, in the last try. */
  readonly cause?: StepRecord
  /** Steps that put right, and could not. */
  readonly stuck: readonly StepRecord[]
  /** Extras and tidying steps that did not work. */
  readonly notes: readonly StepRecord[]
  readonly tries: number
}

export type CourseMove = { readonly step: string } | { readonly end: CourseEnd }

/** How often a step that may be done twice is, before it is given up. */
const mostRepeats = 4

const go = (step: string): CourseMove => ({ step })

const bad = (trail: readonly StepRecord[], step: string): readonly StepRecord[] =>
  trail.filter((one) => one.step === step && one.end !== 'done')

const isMender = ({ mends }: Plan, step: string): boolean => mends.some(({ by }) => by === step)

/** The records of the present try, and which try it is: another one begins after the tidying. */
function presentTry(plan: Plan, trail: readonly StepRecord[]) {
  const closing = new Set([...plan.tidying, ...plan.failing])
  const starts = trail.flatMap(({ step }, at) => {
    const before = trail[at - 1]
    return step === plan.steps[0] && before && closing.has(before.step) ? [at] : []
  })
  return { trail: trail.slice(starts.at(-1) ?? 0), tries: starts.length + 1 }
}

/** What ends the try: whatever did not end well, but for what may be done again. */
function causeOf(plan: Plan, trail: readonly StepRecord[]): StepRecord | undefined {
  return trail.find((record, at) => {
    const { step, end } = record
    if (end === 'done' || isMender(plan, step) || !plan.steps.includes(step)) return false
    const again = end === 'cut-short' && plan.looks.includes(step)
    return !again || bad(trail.slice(0, at + 1), step).length > mostRepeats
  })
}

/** What puts right is tried a few times, and never holds up the rest. */
function isPassed(plan: Plan, trail: readonly StepRecord[], step: string): boolean {
  if (trail.some((one) => one.step === step && one.end === 'done')) return true
  return isMender(plan, step) && bad(trail, step).length > mostRepeats
}

/** Begun, and not put right again since. */
function toMend(plan: Plan, trail: readonly StepRecord[]): string | undefined {
  const due = plan.mends.find(
    ({ step, by }) => trail.some((one) => one.step === step) && !isPassed(plan, trail, by),
  )
  return due?.by
}

/** The next step towards the goal. */
function forward(plan: Plan, trail: readonly StepRecord[]): string | undefined {
  const [first] = plan.steps
  const last = trail.at(-1)
  // What the end of the bot has left behind is ended before anything is done again.
  if (last?.end === 'cut-short' && plan.looks.includes(last.step) && first !== undefined)
    return first
  return (
    plan.steps.find((step) => !isPassed(plan, trail, step)) ??
    plan.extras.find((step) => !trail.some((one) => one.step === step))
  )
}

const isSpent = (trail: readonly StepRecord[], step: string): boolean =>
  trail.some((one) => one.step === step && one.end === 'done') ||
  bad(trail, step).length > mostRepeats

function endOf(plan: Plan, trail: readonly StepRecord[], tries: number): CourseMove {
  const cause = causeOf(plan, trail)
  const lastBad = (step: string): readonly StepRecord[] => {
    const last = trail.findLast((one) => one.step === step)
    return last && last.end !== 'done' ? [last] : []
  }
  const outcomes = { cancelled: 'cancelled', 'cut-short': 'interrupted' } as const
  const { end = 'done' } = cause ?? {}
  const outcome = end === 'cancelled' || end === 'cut-short' ? outcomes[end] : 'failed'
  return {
    end: {
      outcome: cause ? outcome : 'done',
      ...(cause && { cause }),
      stuck: plan.mends.flatMap(({ by }) => lastBad(by)),
      notes: [...plan.extras, ...plan.tidying].flatMap(lastBad),
      tries,
    },
  }
}

/**
 * What comes next in an errand, however the last step ended. What fails, is cancelled or cut short is
 * put right and tidied away; only then it ends, or begins anew.
 */
export function nextMove(plan: Plan, all: readonly StepRecord[]): CourseMove {
  const { trail, tries } = presentTry(plan, all)
  const cause = causeOf(plan, trail)
  const isTidying = trail.some(({ step }) => plan.tidying.includes(step))
  if (!cause && !isTidying) {
    const step = forward(plan, trail)
    if (step !== undefined) return go(step)
  }
  const mender = toMend(plan, trail)
  if (mender !== undefined) return go(mender)
  const failing = cause && cause.end !== 'cancelled' ? plan.failing : []
  const closing = [...plan.tidying, ...failing].find((step) => !isSpent(trail, step))
  if (closing !== undefined) return go(closing)
  const [first] = plan.steps
  if (cause?.end === 'cut-short' && tries <= plan.again && first !== undefined) return go(first)
  return endOf(plan, trail, tries)
}
