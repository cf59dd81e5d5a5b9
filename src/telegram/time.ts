import { escapeHtml } from './html.ts'

export type TimeStyle = 'time' | 'date' | 'full' | 'relative'

export interface TimeReader {
  /** IANA zone of the words that stand in for a client's own rendering. */
  readonly zone: string
  readonly locale: string
  readonly now: number
}

/** core.telegram.org/bots/api#date-time-entity-formatting */
const clientFormats: Readonly<Record<TimeStyle, string>> = {
  time: 't',
  date: 'wd',
  full: 'wdt',
  relative: 'r',
}

const clockParts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const dayParts = { weekday: 'short', day: 'numeric', month: 'short' } as const
const fallbackParts: Readonly<Record<TimeStyle, Intl.DateTimeFormatOptions>> = {
  time: clockParts,
  date: dayParts,
  full: { ...dayParts, ...clockParts },
  relative: { ...dayParts, ...clockParts },
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(style: TimeStyle, { zone, locale }: TimeReader): Intl.DateTimeFormat {
  const key = `${style} ${zone} ${locale}`
  const known = formatters.get(key)
  if (known) return known
  // American day order misleads most readers, and English text is written for all of them.
  const language = locale === 'en' ? 'en-GB' : locale
  const made = new Intl.DateTimeFormat(language, { ...fallbackParts[style], timeZone: zone })
  formatters.set(key, made)
  return made
}

/** Beyond this a bare clock time could be mistaken for today's. */
const sameDay = 18 * 3_600_000

/**
 * A moment as `<tg-time>`, which clients show in their reader's own zone; inside it stand the same
 * words in the configured zone for those that cannot. `at` is epoch milliseconds.
 */
export function timeHtml(at: number, style: TimeStyle | undefined, reader: TimeReader): string {
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) return '?'
  const chosen = style ?? (Math.abs(reader.now - at) < sameDay ? 'time' : 'full')
  const words = escapeHtml(formatter(chosen, reader).format(at))
  const unix = Math.floor(at / 1000)
  if (unix <= 0 || unix >= 2 ** 31) return words
  return `<tg-time unix="${unix}" format="${clientFormats[chosen]}">${words}</tg-time>`
}
