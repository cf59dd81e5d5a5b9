import { type Block, line, type Message, t, type Text } from '../../contract/message.ts'
import type { PlanChange } from '../tasks/plan.ts'

/** More lines than this nobody reads on a phone. */
const mostLines = 40

/** `− weekly-restart · rolling-restart · 0 1 * * 5 · UTC` */
export const changeLine = ({ sign, name, kind, schedule, zone }: PlanChange): string =>
  `${sign === '-' ? '−' : '+'} ${name} · ${kind} · ${schedule} · ${zone}`

/** The lines of a change, as many as are read. */
export const changeLines = (changes: readonly PlanChange[]): readonly string[] => [
  ...changes.slice(0, mostLines).map(changeLine),
  ...(changes.length > mostLines ? [`… ${changes.length - mostLines} more`] : []),
]

const diff = (changes: readonly PlanChange[]): Block => ({ code: changeLines(changes) })

/** The config has tasks at other times than those agreed upon. `plan`: its fingerprint. */
export const scheduleChanged = (
  at: number,
  changes: readonly PlanChange[],
  plan: string,
): Message => ({
  about: at,
  blocks: [line('schedule-changed'), diff(changes), line('schedule-until')],
  buttons: [[{ label: t('schedule-apply'), press: `schedule:${plan}`, style: 'primary' }]],
})

/** What became of such a message: it was confirmed, or the config has changed once more. */
export const scheduleSettled = (
  at: number,
  changes: readonly PlanChange[],
  became: Text,
): Message => ({
  about: at,
  blocks: [{ line: became }, ...(changes.length > 0 ? [diff(changes)] : [])],
})

/** A task could not even begin. */
export const taskNotBegun = (
  at: number,
  name: string,
  why: string,
  next: number | null,
): Message => ({
  about: at,
  blocks: [
    line('task-not-begun', { name, why }),
    ...(next === null ? [] : [line('task-next', { at: { time: next, style: 'full' } })]),
  ],
})
