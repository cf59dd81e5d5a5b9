import type { Unit, Value } from '../contract/metric.ts'
import type { Text } from '../contract/message.ts'
import { t } from '../contract/message.ts'
import { formatSize } from '../contract/units.ts'

/** Numbers and spans as people read them. `say` puts the names of units into the reader's language. */
type Say = (text: Text) => string

const parts = [
  ['span-d', 86_400_000],
  ['span-h', 3_600_000],
  ['span-min', 60_000],
  ['span-s', 1000],
] as const

/** The two largest parts of `ms` milliseconds: "4 min 10 s", "3 d 4 h"; below a second "340 ms". */
export function spanText(ms: number, say: Say): string {
  if (!Number.isFinite(ms)) return say(t('value-unknown'))
  const size = Math.abs(ms)
  if (size > 0 && size < 1000) return say(t('span-ms', { n: Math.round(size) }))
  let rest = Math.round(size / 1000) * 1000
  const first = Math.max(
    0,
    parts.findIndex(([, length]) => rest >= length),
  )
  if (rest === 0) return say(t('span-s', { n: 0 }))
  const words: string[] = []
  for (const [id, length] of parts.slice(first, first + 2)) {
    const n = Math.floor(rest / length)
    rest -= n * length
    if (n > 0) words.push(say(t(id, { n })))
  }
  return words.join(' ')
}

const rounded = (value: number, digits: number): string => String(Number(value.toFixed(digits)))

/** A metric's value by its unit: "85.2 %", "1.2 GiB", "340 ms"; in words where it is not a number. */
export function valueText(value: Value, unit: Unit, say: Say): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) {
    return say(t('value-unknown'))
  }
  if (typeof value === 'boolean') return say(t(value ? 'value-yes' : 'value-no'))
  if (unit === 'bytes') return formatSize(value)
  if (unit === 'duration') return spanText(value, say)
  if (unit === 'flag') return say(t(value === 0 ? 'value-no' : 'value-yes'))
  return unit === 'percent' ? `${rounded(value, 1)} %` : rounded(value, unit === 'count' ? 0 : 2)
}
