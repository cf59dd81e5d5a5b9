import { parseDuration as readDuration, parseSize as readSize } from '../contract/units.ts'

/** Units that durations are shown in, with their milliseconds. */
const spans = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Units that sizes are shown in, with their bytes: SI and IEC 80000-13. */
const sizes = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const

export const durationForm = 'a duration such as 30s, 5m, 2h or 7d'

const written = /^(-?\d{1,16}(?:\.\d{1,6})?)\s*([A-Za-z%]*)$/

interface Amount {
  readonly number: number
  readonly unit: string
}

/** A plain decimal number with whatever unit stands behind it; undefined for anything else. */
export function parseAmount(text: string): Amount | undefined {
  const [, number, unit] = written.exec(text.trim()) ?? []
  return number === undefined ? undefined : { number: Number(number), unit: unit ?? '' }
}

/** `1.5h`, `1h 30m` → milliseconds; undefined when the text is no duration. A unit is required. */
export const parseDuration = (text: string): number | undefined => readDuration(text) ?? undefined

/** `5GiB` → bytes; undefined when the text is no size. A unit is required. */
export const parseSize = (text: string): number | undefined => readSize(text) ?? undefined

/** `85%` → 85; undefined when the text is no percentage. */
export function parsePercent(text: string): number | undefined {
  const amount = parseAmount(text)
  return amount?.unit === '%' ? amount.number : undefined
}

/** The largest unit that the amount is a whole number of, so that nothing is lost. */
function exactly(
  amount: number,
  units: Readonly<Record<string, number>>,
  smallest: string,
): string {
  const fitting = Object.entries(units)
    .filter(([, factor]) => amount !== 0 && amount % factor === 0)
    .sort(([, a], [, b]) => b - a)
  const [unit, factor] = fitting[0] ?? [smallest, 1]
  return `${amount / factor}${unit}`
}

/** Whole milliseconds → `90m`. Exact: parsing it gives the same number. */
export const formatDuration = (ms: number): string => exactly(ms, spans, 's')

/** Whole bytes → `5GiB`. Exact: parsing it gives the same number. */
export const formatSize = (bytes: number): string => exactly(bytes, sizes, 'B')

/** 85 → `85%`. */
export const formatPercent = (percent: number): string => `${percent}%`
