import type { StepEnd, StepRecord } from '../job/record.ts'
import type { Plan } from './plan.ts'

/** What the steps have found out that decides where it goes. */
export interface Findings {
  /** Where the host points, by the last look after a crash. */
  readonly found?: 'new' | 'old' | 'neither'
  /** What the watch saw that is worse than before. */
  readonly worse?: string
}

export interface CourseEnd {
  /**
   * done · unchanged: nothing was changed · cancelled: the same, by a person · undone: what served
   * before serves again · stuck: it could not be undone.
   */
  readonly outcome: 'done' | 'unchanged' | 'cancelled' | 'undone' | 'stuck'
  /** What went wrong first, in the last try. */
  readonly cause?: StepRecord
  /** Why it could not be undone. */
  readonly trouble?: StepRecord
  /** What came after the change and did not work: the release serves all the same. */
  readonly notes: readonly StepRecord[]
  /** Something could not be removed. */
  readonly left: boolean
  readonly tries: number
}

export type CourseMove = { readonly step: string } | { readonly end: CourseEnd }

/** How often in one try the change is taken up again after the bot was killed; then it is undone. */
const mostResumes = 2
/** How often a step that may be repeated is, before it is given up. */
const mostRepeats = 4

const go = (step: string): CourseMove => ({ step })

/** The records of the present try, and which try it is. */
function presentTry(trail: readonly StepRecord[]) {
  const last = trail.findLastIndex(({ step }) => step === 'wait')
  const waits = trail.filter(({ step }, at) => step === 'wait' && trail[at + 1]?.step !== 'wait')
  return { trail: trail.slice(last + 1), tries: waits.length + 1 }
}

/** Where the waiting begins that a trail ends with. */
const waitsFrom = (trail: readonly StepRecord[]): number =>
  trail.findLastIndex(({ step }) => step !== 'wait') + 1

const count = (trail: readonly StepRecord[], step: string, end?: StepEnd): number =>
  trail.filter((one) => one.step === step && (end === undefined || one.end === end)).length

/** What it was that made it turn back. */
function causeOf(
  plan: Plan,
  findings: Findings,
  trail: readonly StepRecord[],
): StepRecord | undefined {
  const turned = trail.findIndex(({ step }) => step === 'tidy' || plan.undo.includes(step))
  const before = turned === -1 ? trail : trail.slice(0, turned)
  const last = before.at(-1)
  if (last?.step === 'watch' && last.end === 'done')
    return { step: 'watch', end: 'failed', why: findings.worse ?? '' }
  return before.findLast(({ step, end }) => end !== 'done' && step !== 'inspect')
}

function endOf(
  plan: Plan,
  findings: Findings,
  all: readonly StepRecord[],
  outcome: CourseEnd['outcome'],
): CourseMove {
  const { trail, tries } = presentTry(all)
  // Given up between two tries: it is the one before that went wrong.
  const tried = trail.length > 0 ? trail : presentTry(all.slice(0, waitsFrom(all))).trail
  const cause = outcome === 'done' ? undefined : causeOf(plan, findings, tried)
  const trouble = outcome === 'stuck' ? trail.at(-1) : undefined
  const tidied = trail.findLast(({ step }) => step === 'tidy')
  return {
    end: {
      outcome,
      ...(cause && { cause }),
      ...(trouble && { trouble }),
      notes: plan.after.flatMap((step) => {
        const last = trail.findLast((one) => one.step === step)
        return outcome === 'done' && last && last.end !== 'done' ? [last] : []
      }),
      left: tidied !== undefined && tidied.end !== 'done',
      tries,
    },
  }
}

/** What is done first, or first again. */
const beginning = (plan: Plan): CourseMove => go(plan.before[0] ?? plan.resume)

const following = (steps: readonly string[], step: string): string | undefined =>
  steps[steps.indexOf(step) + 1]

/** The change was begun, but no process has been told of it. */
const unnoticed = (plan: Plan, trail: readonly StepRecord[]): boolean =>
  !trail.some(({ step }) => plan.change.indexOf(step) > 0)

const undo = (plan: Plan): CourseMove => go(plan.undo[0] ?? 'tidy')

const crashes = (plan: Plan, trail: readonly StepRecord[]): number =>
  trail.filter(({ step, end }) => end === 'cut-short' && plan.change.includes(step)).length

function afterPreparation(
  plan: Plan,
  trail: readonly StepRecord[],
  { step, end }: StepRecord,
): CourseMove {
  if (end === 'done') return go(following(plan.before, step) ?? plan.change[0] ?? plan.resume)
  const again = end === 'cut-short' && plan.looks.includes(step)
  return go(again && count(trail, step, end) <= mostRepeats ? step : 'tidy')
}

function afterChange(plan: Plan, { step, end }: StepRecord): CourseMove {
  if (end === 'done') return go(following(plan.change, step) ?? plan.after[0] ?? 'retire')
  return end === 'cut-short' ? go('inspect') : undo(plan)
}

function afterInspect(
  plan: Plan,
  { found }: Findings,
  trail: readonly StepRecord[],
  { end }: StepRecord,
): CourseMove {
  if (end === 'cut-short' && count(trail, 'inspect', 'cut-short') <= mostRepeats)
    return go('inspect')
  if (end !== 'done') return undo(plan)
  if (found === 'old' && unnoticed(plan, trail)) return go('tidy')
  if (found !== 'new' || crashes(plan, trail) > mostResumes) return undo(plan)
  const cut = trail.findLast((one) => plan.change.includes(one.step))
  return go(cut?.step === 'gate' ? 'gate' : plan.resume)
}

function afterSuccess(
  plan: Plan,
  findings: Findings,
  all: readonly StepRecord[],
  { step, end }: StepRecord,
): CourseMove {
  const { trail } = presentTry(all)
  if (end === 'cut-short' && count(trail, step, 'cut-short') <= mostRepeats) return go(step)
  const worse = step === 'watch' && end === 'done' && findings.worse !== undefined
  if (worse && plan.autoRollback) return undo(plan)
  const next = following(plan.after, step)
  return next === undefined ? endOf(plan, findings, all, 'done') : go(next)
}

/** Whether the going back is begun anew: always after a crash, once after a failure that may pass. */
function undoesAgain(plan: Plan, trail: readonly StepRecord[], { step, end }: StepRecord): boolean {
  const bad = trail.filter((one) => plan.undo.includes(one.step) && one.end !== 'done')
  const cut = bad.filter((one) => one.end === 'cut-short').length
  if (end === 'cut-short') return cut <= mostRepeats
  return step !== 'gate-old' && bad.length - cut <= 1
}

function afterUndo(
  plan: Plan,
  findings: Findings,
  all: readonly StepRecord[],
  passed: StepRecord,
): CourseMove {
  const { trail } = presentTry(all)
  if (passed.end !== 'done')
    return undoesAgain(plan, trail, passed) ? undo(plan) : endOf(plan, findings, all, 'stuck')
  if (untouched(plan, trail)) return go('tidy')
  return go(following(plan.undo, passed.step) ?? 'tidy')
}

/** Only a link was changed, and was changed back, while the bot was there all the time. */
const untouched = (plan: Plan, trail: readonly StepRecord[]): boolean =>
  plan.quiet && unnoticed(plan, trail) && !trail.some(({ step }) => step === 'inspect')

function afterTidy(
  plan: Plan,
  findings: Findings,
  all: readonly StepRecord[],
  { end }: StepRecord,
): CourseMove {
  const { trail, tries } = presentTry(all)
  if (end !== 'done' && count(trail, 'tidy') <= mostRepeats) return go('tidy')
  const undone = trail.some(({ step }) => plan.undo.includes(step)) && !untouched(plan, trail)
  if (undone) return endOf(plan, findings, all, 'undone')
  const cause = causeOf(plan, findings, trail)
  if (cause?.end === 'cancelled') return endOf(plan, findings, all, 'cancelled')
  const mayPass = end === 'done' && (cause?.end === 'failed' || cause?.end === 'late')
  return mayPass && tries < plan.tries ? go('wait') : endOf(plan, findings, all, 'unchanged')
}

function afterWait(
  plan: Plan,
  findings: Findings,
  all: readonly StepRecord[],
  { end }: StepRecord,
): CourseMove {
  if (end === 'cancelled') return endOf(plan, findings, all, 'cancelled')
  const again = end === 'cut-short' && count(all, 'wait', 'cut-short') <= mostRepeats
  return again ? go('wait') : beginning(plan)
}

/**
 * What comes next in a deploy or rollback, however the last step ended. Before the change everything
 * that fails is tidied away; from the change on it is undone; a crash in the change is looked into
 * first. A plan may become shorter or longer with what its steps find, but not the part already gone.
 */
export function nextMove(plan: Plan, findings: Findings, all: readonly StepRecord[]): CourseMove {
  const last = all.at(-1)
  if (!last) return beginning(plan)
  const { trail } = presentTry(all)
  if (last.step === 'wait') return afterWait(plan, findings, all, last)
  if (last.step === 'tidy') return afterTidy(plan, findings, all, last)
  if (last.step === 'inspect') return afterInspect(plan, findings, trail, last)
  if (plan.undo.includes(last.step)) return afterUndo(plan, findings, all, last)
  if (plan.change.includes(last.step)) return afterChange(plan, last)
  if (plan.after.includes(last.step)) return afterSuccess(plan, findings, all, last)
  return afterPreparation(plan, trail, last)
}
