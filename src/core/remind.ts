import { Temporal } from 'temporal-polyfill'
import type { SilenceView } from '../contract/view.ts'
import type { Incident } from './incident.ts'

const day = 86_400_000
/** Early enough to prolong it, late enough to know what is still wrong. */
const ahead = 15 * 60_000
/** Whoever asked for less than this still remembers it. */
const worthIt = 60 * 60_000

/** When a secret was last changed, and after how many milliseconds it is due again. */
export interface Age {
  readonly name: string
  /** ISO date. */
  readonly rotated: string
  readonly every: number
}

export interface Due {
  readonly name: string
  readonly rotated: string
  readonly days: number
}

/** Secrets that are older than they should be, the oldest first; a day begins at midnight in `zone`. */
export const dueSecrets = (ages: readonly Age[], now: number, zone: string): readonly Due[] =>
  ages
    .flatMap(({ name, rotated, every }) => {
      const begun = Temporal.PlainDate.from(rotated).toZonedDateTime(zone).epochMilliseconds
      const age = now - begun
      return age >= every ? [{ name, rotated, days: Math.floor(age / day) }] : []
    })
    .toSorted((a, b) => b.days - a.days || a.name.localeCompare(b.name))

/** A silence that ends soon while something critical, which nobody has taken, is still wrong. */
export interface Ending {
  readonly silence: SilenceView
  readonly incidents: readonly Incident[]
}

/** The long silences about to end with a sound. */
export const endingSilences = (
  silences: readonly SilenceView[],
  open: readonly Incident[],
  now: number,
): readonly Ending[] =>
  silences
    .filter(({ at, until }) => until > now && until - now <= ahead && until - at >= worthIt)
    .map((silence) => ({
      silence,
      incidents: open.filter(
        ({ check, severity, cause, acknowledged }) =>
          (silence.check === 'all' || silence.check === check) &&
          severity === 'critical' &&
          cause === 'threshold' &&
          acknowledged === null,
      ),
    }))
    .filter(({ incidents }) => incidents.length > 0)
