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

/** A day of a zone, as instants, with the windows that reach into it: its own and the one before. */
interface Day {
  readonly zone: string
  readonly from: number
  readonly until: number
  readonly windows: readonly (readonly [number, number])[]
}

function dayOf(now: number, hours: QuietHours, zone: string): Day {
  const today = instant(now).toZonedDateTimeISO(zone).toPlainDate()
  const start = (date: Temporal.PlainDate): number => date.toZonedDateTime(zone).epochMilliseconds
  return {
    zone,
    from: start(today),
    until: start(today.add({ days: 1 })),
    windows: [today.subtract({ days: 1 }), today]
      .filter((date) => !hours.days || hours.days.includes(date.dayOfWeek))
      .map((date) => windowOn(date, hours, zone)),
  }
}

/** The day that was asked about last: it is asked several times a second, and calendars are slow. */
const lastDays = new WeakMap<QuietHours, Day>()

function rememberedDay(now: number, hours: QuietHours, zone: string): Day {
  const last = lastDays.get(hours)
  if (last?.zone === zone && last.from <= now && now < last.until) return last
  const day = dayOf(now, hours, zone)
  lastDays.set(hours, day)
  return day
}

/**
 * The quiet window that holds `now`.
 *
 * @param hours never changed after they were given here once
 * @returns its beginning and end in epoch milliseconds, or null outside of quiet hours
 */
export function quietWindow(
  now: number,
  hours: QuietHours | undefined,
  zone: string,
): { readonly from: number; readonly until: number } | null {
  if (!hours) return null
  const { windows } = rememberedDay(now, hours, zone)
  const window = windows.find(([from, until]) => from <= now && now < until)
  return window ? { from: window[0], until: window[1] } : null
}
