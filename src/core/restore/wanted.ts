import { Temporal } from 'temporal-polyfill'

/** What a person wants back: the newest snapshot, one by its id, or the data of a time. */
export type Wanted =
  | { readonly is: 'latest' }
  /** The first digits of a snapshot's id, small letters. */
  | { readonly is: 'snapshot'; readonly id: string }
  /** Epoch milliseconds. */
  | { readonly is: 'time'; readonly at: number }

/** Fewer digits name too many; a year has four. */
const digits = /^[0-9a-f]{6,64}$/

const dated = /^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})(?::(\d{2}))?$/
const today = /^(\d{1,2}:\d{2})(?::(\d{2}))?$/

const padded = (time: string): string => time.padStart(5, '0')

/** Null for what the calendar or the clock does not have. */
function timeOf(date: string, time: string, seconds: string, zone: string): number | null {
  try {
    return Temporal.PlainDateTime.from(`${date}T${padded(time)}:${seconds}`, {
      overflow: 'reject',
    }).toZonedDateTime(zone).epochMilliseconds
  } catch {
    return null
  }
}

/** The last time the clock showed this. */
function lastTime(time: string, seconds: string, zone: string, now: number): number | null {
  const day = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  const at = timeOf(day.toString(), time, seconds, zone)
  if (at === null || at <= now) return at
  return timeOf(day.subtract({ days: 1 }).toString(), time, seconds, zone)
}

/**
 * Reads what is wanted: `latest`, `1a2b3c4d`, `2026-11-21 03:00` or `03:00`, in a time zone. Of an hour
 * that comes twice the first one is meant. Null for anything else.
 *
 * @param now epoch milliseconds
 */
export function wantedOf(text: string, zone: string, now: number): Wanted | null {
  const words = text.trim().toLowerCase()
  if (words === 'latest' || words === 'newest') return { is: 'latest' }
  const [, date, time = '', seconds = '00'] = dated.exec(text.trim().toUpperCase()) ?? []
  const [, clock, more = '00'] = today.exec(words) ?? []
  if (date !== undefined || clock !== undefined) {
    const at =
      date === undefined
        ? lastTime(clock ?? '', more, zone, now)
        : timeOf(date, time, seconds, zone)
    return at === null ? null : { is: 'time', at }
  }
  return digits.test(words) ? { is: 'snapshot', id: words } : null
}

/** `2026-11-21 02:30:00`: a time in words that `wantedOf` reads in the same zone. */
export function timeWords(at: number, zone: string): string {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return time.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ')
}

/** `20261121-023000`: when a restore began, as a part of names. */
export const stampOf = (at: number, zone: string): string =>
  timeWords(at, zone).replaceAll(/[-:]/g, '').replace(' ', '-')
