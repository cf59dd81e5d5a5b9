import { Temporal } from 'temporal-polyfill'

/** A daily window of wall-clock time; it crosses midnight where `to` is not after `from`. */
export interface QuietHours {
  /** "HH:MM" */
  readonly from: string
  readonly to: string
  /** Days on which the window begins, 1 = Monday … 7 = Sunday; all of them when absent. */
  readonly days?: readonly number[]
}

const instant = (ms: number): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(ms)

/** The window that begins on a date, as instants: clock changes make a night longer or shorter. */
function windowOn(
  date: Temporal.PlainDate,
  hours: QuietHours,
  zone: string,
): readonly [number, number] {
  const at = (day: Temporal.PlainDate, time: string): number =>
    day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) })
      .epochMilliseconds
  const crosses = hours.to <= hours.from
  return [at(date, hours.from), at(crosses ? date.add({ days: 1 }) : date, hours.to)]
}

/**
 * The quiet window that holds `now`.
 *
 * @returns its beginning and end in epoch milliseconds, or null outside of quiet hours
 */
export function quietWindow(
  now: number,
  hours: QuietHours | undefined,
  zone: string,
): { readonly from: number; readonly until: number } | null {
  if (!hours) return null
  const today = instant(now).toZonedDateTimeISO(zone).toPlainDate()
  for (const date of [today.subtract({ days: 1 }), today]) {
    if (hours.days && !hours.days.includes(date.dayOfWeek)) continue
    const [from, until] = windowOn(date, hours, zone)
    if (from <= now && now < until) return { from, until }
  }
  return null
}
