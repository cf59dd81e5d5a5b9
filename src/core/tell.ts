import type { NotifyWhen } from '../contract/level.ts'
import { beingFixed, type Incident } from './incident.ts'

/** A fix that works on a critical incident keeps it quiet for this long: the contract's 60 s. */
const criticalPatience = 60_000

/** What is known beside the incident when it is decided whether to tell it. */
export interface Circumstances {
  readonly now: number
  /** The check's rule for the incident's severity. */
  readonly notify: NotifyWhen
  readonly silenced: boolean
  readonly quiet: boolean
  /** The first round after the first start is not complete yet. */
  readonly firstRun: boolean
  /** When its message arrived, where that is known. */
  readonly deliveredAt?: number
}

export type Telling =
  | { readonly tell: 'now'; readonly sound: boolean; readonly reason: string }
  | { readonly tell: 'hold' | 'first-run' | 'no'; readonly reason: string }

/** Whether, when and how loudly an open incident that was not told yet is told. */
export function decideTelling(incident: Incident, around: Circumstances): Telling {
  const wait = keptQuiet(incident, around)
  if (wait) return { tell: 'no', reason: wait }
  if (around.firstRun) return { tell: 'first-run', reason: 'first-run' }
  const critical = incident.severity === 'critical'
  if (around.quiet && !critical) return { tell: 'hold', reason: 'quiet-hours' }
  return { tell: 'now', sound: critical, reason: why(incident, around) }
}

function keptQuiet(incident: Incident, around: Circumstances): string | null {
  if (around.silenced) return 'silenced'
  if (incident.cause === 'stopped') return around.notify === 'never' ? 'notify-never' : null
  if (incident.severity === 'info') return 'info-in-summary'
  if (around.notify === 'never') return 'notify-never'
  if (around.notify === 'at-once' || !beingFixed(incident.remedy)) return null
  const lasting = around.now - incident.openedAt >= criticalPatience
  return incident.severity === 'critical' && lasting ? null : 'fix-in-progress'
}

function why(incident: Incident, around: Circumstances): string {
  if (incident.cause !== 'threshold') return incident.cause
  if (around.notify === 'at-once') return 'notify-at-once'
  if (incident.remedy === null) return 'no-fix'
  return beingFixed(incident.remedy) ? 'critical-lasting' : `fix-${incident.remedy.phase}`
}

/** After 15 min, then hourly, at most 4 times: the contract's reminders of a critical incident. */
const firstReminder = 15 * 60_000
const nextReminder = 60 * 60_000
const mostReminders = 4

/** Whether somebody has to be reminded of an incident now. */
export function decideReminder(incident: Incident, around: Circumstances): boolean {
  if (incident.severity !== 'critical' || incident.told !== 'yes') return false
  if (incident.acknowledged || around.silenced || incident.endedAt !== null) return false
  if (incident.reminders >= mostReminders || incident.toldAt === null) return false
  const since = Math.max(incident.remindedAt ?? incident.toldAt, around.deliveredAt ?? 0)
  return around.now - since >= (incident.reminders === 0 ? firstReminder : nextReminder)
}

/** What breaks this soon after a message joins it by an edit: the contract's "next seconds". */
const joinWindow = 10_000

/**
 * Whether an incident may join a message by an edit. An edit makes no sound, so a critical incident
 * only joins a message that had one.
 */
export const mayJoin = (
  notice: { readonly at: number; readonly sound: boolean },
  sound: boolean,
  now: number,
): boolean => Math.abs(now - notice.at) < joinWindow && (!sound || notice.sound)
