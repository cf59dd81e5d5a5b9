import { z } from 'zod'

/** Durations and sizes as the config file writes them, and as people read them. */

const durations = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** SI and IEC 80000-13 prefixes. Single letters are left out: `5G` means two different sizes. */
const sizes = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
}

const has = <T extends object>(table: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(table, key)

/**
 * Milliseconds of `30s`, `1.5h` or `1h 30m` (units ms s m h d w, each smaller than the one before);
 * null when the text is not a duration.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim()
  if (!/^(?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w)(?:\s+|(?=\d)|$))+$/.test(trimmed)) return null
  let sum = 0
  let last = Infinity
  for (const [, digits = '', unit = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*(ms|[smhdw])/g)) {
    if (!has(durations, unit) || durations[unit] >= last) return null
    last = durations[unit]
    sum += Number(digits) * last
  }
  const ms = Math.round(sum)
  return Number.isSafeInteger(ms) ? ms : null
}

/** Bytes of `500MB` or `5 GiB`; null when the text is not a size. */
export function parseSize(text: string): number | null {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim()) ?? []
  if (!has(sizes, unit)) return null
  const bytes = Math.round(Number(digits) * sizes[unit])
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** The two largest parts of a time span: `450ms`, `1m 30s`, `7d`. What is left over is dropped. */
export function formatDuration(ms: number): string {
  let rest = Math.round(Math.abs(ms))
  const parts: string[] = []
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const whole = Math.floor(rest / durations[unit])
    rest -= whole * durations[unit]
    if (whole > 0) parts.push(`${whole}${unit}`)
    else if (parts.length > 0) break
    if (parts.length === 2 || (parts.length === 1 && unit === 's')) break
  }
  return parts.length === 0 ? '0s' : `${ms < 0 ? '-' : ''}${parts.join(' ')}`
}

/** `512 B`, `1.2 GiB`: three significant digits at most, in the prefixes that the kernel counts in. */
export function formatSize(bytes: number): string {
  let value = Math.abs(bytes)
  let unit = 'B'
  for (const next of ['KiB', 'MiB', 'GiB', 'TiB', 'PiB']) {
    if (value < 1023.5) break
    value /= 1024
    unit = next
  }
  const shown =
    value < 9.95 && unit !== 'B' ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0)
  return `${bytes < 0 && shown !== '0' ? '-' : ''}${shown} ${unit}`
}

const unit = (parse: (text: string) => number | null, expected: string) =>
  z.string({ error: expected }).transform((text, context) => {
    const value = parse(text)
    if (value !== null) return value
    context.issues.push({ code: 'custom', message: expected, input: text })
    return z.NEVER
  })

/** A duration in a plug-in's params; its output is milliseconds. */
export const durationParam = unit(parseDuration, 'expected a duration such as 30s, 5m, 2h or 7d')

/** A size in a plug-in's params; its output is bytes. */
export const sizeParam = unit(parseSize, 'expected a size such as 500MB or 5GiB')
