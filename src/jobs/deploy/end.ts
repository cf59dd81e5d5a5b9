import { type Block, line, t, type Text } from '../../contract/message.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import type { CourseEnd, CourseMove } from '../../core/deploy/course.ts'
import type { StepRecord } from '../../core/job/record.ts'
import { whyText as reason } from '../../core/say/why.ts'
import type { JobEnd, Move } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'
import { restoreButtons } from './snapshots.ts'

/** A gate that was not passed names the release itself. */
const saysAll = ({ step, end }: StepRecord): boolean => end === 'failed' && step.startsWith('gate')

const whyText = (passed: StepRecord | undefined): Text =>
  reason(passed, passed !== undefined && saysAll(passed))

/** What was backed up before, and what has to be kept to use it. */
const backupLines = ({ snapshots, made = [] }: DeployMemory, ok: boolean): Block[] => [
  ...snapshots
    .filter(() => ok)
    .map(({ backup, snapshot }) =>
      line('deploy-snapshot', { backup, id: { code: shortId(snapshot) } }),
    ),
  ...made.map((name) => line('deploy-repository-made', { name })),
]

function below(end: CourseEnd): Block[] {
  const gaveUp = end.outcome === 'cancelled' && end.cause?.end !== 'cancelled'
  return [
    ...(gaveUp ? [line('deploy-note', { why: whyText(end.cause) })] : []),
    ...end.notes.map((note) => line('deploy-note', { why: whyText(note) })),
    ...(end.tries > 1 ? [line('deploy-tries', { tries: end.tries })] : []),
    ...(end.left ? [line('deploy-left')] : []),
  ]
}

const args = (memory: DeployMemory, end: CourseEnd) => ({
  service: memory.service,
  short: memory.short,
  previous: memory.previousShort ?? '',
  why: whyText(end.cause),
})

/** What a person ended says nothing of why. */
const shows = (passed: StepRecord | undefined): Pick<JobEnd, 'shows'> =>
  passed === undefined || passed.end === 'cancelled' ? {} : { shows: passed.step }

/** Neither the new release nor the old one serves as it should. */
function stuck(memory: DeployMemory, end: CourseEnd): JobEnd {
  return {
    outcome: 'rollback-failed',
    ok: false,
    severity: 'critical',
    text: t('deploy-stuck', args(memory, end)),
    buttons: restoreButtons(memory),
    ...shows(end.trouble),
    more: [
      line('deploy-stuck-trouble', { why: whyText(end.trouble) }),
      line(memory.previous === null ? 'deploy-stuck-first' : 'deploy-stuck-advice', {
        service: memory.service,
      }),
      ...below(end),
    ],
  }
}

/** A bad watch that nobody is to act on but the reader. */
const worseLines = ({ worse, service }: DeployMemory): Block[] =>
  worse === undefined ? [] : [line('deploy-worse', { why: worse, service })]

type Outcome = Exclude<CourseEnd['outcome'], 'stuck'>

/** `outcome` as it is stored, and the message that says it. */
type Words = Readonly<Record<Outcome, readonly [outcome: string, id: string]>>

const deployWords: Words = {
  done: ['deployed', 'deploy-done'],
  undone: ['rolled-back', 'deploy-undone'],
  unchanged: ['failed', 'deploy-unchanged'],
  cancelled: ['cancelled', 'deploy-cancelled'],
}

const firstWords: Words = { ...deployWords, undone: ['failed', 'deploy-withdrawn'] }

const rollbackWords: Words = {
  done: ['rolled-back', 'rollback-done'],
  undone: ['failed', 'rollback-undone'],
  unchanged: ['failed', 'rollback-unchanged'],
  cancelled: ['cancelled', 'rollback-cancelled'],
}

/** The release before serves again: what the later one has written may be of no use to it. */
const leaves = ({ built }: DeployMemory, { outcome }: CourseEnd): boolean =>
  outcome === (built ? 'done' : 'undone')

function endWith(words: Words, memory: DeployMemory, end: CourseEnd, more: Block[]): JobEnd {
  if (end.outcome === 'stuck') return stuck(memory, end)
  const [outcome, id] = words[end.outcome]
  const ok = end.outcome === 'done'
  const text = t(id, args(memory, end))
  return {
    outcome,
    ok,
    text,
    ...shows(end.cause),
    ...(leaves(memory, end) && { buttons: restoreButtons(memory) }),
    more: [...(ok ? more : []), ...backupLines(memory, ok && !memory.built), ...below(end)],
  }
}

/** How a deploy ended, in words. */
export const deployEnd = (memory: DeployMemory, end: CourseEnd): JobEnd =>
  endWith(memory.previous === null ? firstWords : deployWords, memory, end, worseLines(memory))

/** How an ordered rollback ended: the release that it went from is the `previous` one. */
export const rollbackEnd = (memory: DeployMemory, end: CourseEnd): JobEnd =>
  endWith(rollbackWords, memory, end, [line('rollback-cannot')])

/** A move of the course as the job engine takes it. */
export const moveWith = (move: CourseMove, end: (end: CourseEnd) => JobEnd): Move =>
  'end' in move ? { end: end(move.end) } : move
