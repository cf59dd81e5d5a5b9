import type { Unit } from '../contract/metric.ts'

/** One number that a plug-in measured. */
export interface Performance {
  readonly label: string
  /** In the base of its unit: milliseconds, bytes; null where the plug-in says `U`, unknown. */
  readonly value: number | null
  readonly unit: Unit
}

export interface PluginOutput {
  /** The first line, without performance data. */
  readonly text: string
  /** Everything a person may want to read, the first line included. */
  readonly lines: readonly string[]
  readonly performance: readonly Performance[]
}

/** Units of the Monitoring Plugins Development Guidelines, section 2.6; `c` is a counter. */
const units: Readonly<Record<string, readonly [Unit, number]>> = {
  '': ['number', 1],
  '%': ['percent', 1],
  c: ['count', 1],
  us: ['duration', 1e-3],
  µs: ['duration', 1e-3],
  ms: ['duration', 1],
  s: ['duration', 1000],
}

/** Plug-ins count sizes in 1024s and write the prefixes either way. */
const prefixes = ['', 'k', 'm', 'g', 't', 'p']

function unitOf(uom: string): readonly [Unit, number] {
  const [, prefix] = /^([kmgtp]?)i?b$/i.exec(uom) ?? []
  if (prefix === undefined) return (Object.hasOwn(units, uom) && units[uom]) || ['number', 1]
  return ['bytes', 1024 ** prefixes.indexOf(prefix.toLowerCase())]
}

/** Labels are bounded, so that no output takes long to search. */
const item = /(?:'((?:[^']|''){1,200})'|([^\s'=][^\s=]{0,200}))=([^\s;]*)(?:;\S*)?/g
const amount = /^(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)([a-zA-Z%µ]*)$/

/** Numbers in `'label'=value[UOM];warn;crit;min;max`, blank separated; what is none is left out. */
export function parsePerformance(text: string): readonly Performance[] {
  return [...text.matchAll(item)].flatMap(([, quoted, plain, value = '']): Performance[] => {
    const label = quoted?.replaceAll("''", "'") ?? plain ?? ''
    if (value === 'U') return [{ label, value: null, unit: 'number' }]
    const [, digits, uom = ''] = amount.exec(value) ?? []
    if (digits === undefined) return []
    const [unit, factor] = unitOf(uom)
    const number = Number(digits)
    // Twelve digits hide what the binary multiplication adds.
    const scaled = factor === 1 ? number : Number((number * factor).toPrecision(12))
    return Number.isFinite(scaled) ? [{ label, value: scaled, unit }] : []
  })
}

/**
 * The output of a plug-in: `TEXT | NUMBERS`, then long text, and from a `|` in it on only numbers
 * (Development Guidelines, section 2; Nagios plug-in API).
 */
export function parsePlugin(output: string): PluginOutput {
  const [first = '', ...rest] = output.replaceAll('\r', '').trimEnd().split('\n')
  const [text = '', ...numbers] = first.split('|')
  const long = rest.join('\n')
  const bar = long.indexOf('|')
  const performance = [numbers.join('|'), bar < 0 ? '' : long.slice(bar + 1)].join('\n')
  const lines = [text, ...(bar < 0 ? long : long.slice(0, bar)).split('\n')]
  return {
    text: text.trim(),
    lines: lines.map((line) => line.trimEnd()).filter((line) => line !== ''),
    performance: parsePerformance(performance),
  }
}

/**
 * A label as a threshold can name it, which begins with a letter and has letters, digits, `_`, `.`
 * and `-`: `/var/log` becomes `var_log`, `/` becomes `root`, `5xx` becomes `value_5xx`.
 */
export const metricName = (label: string): string => {
  const name = label.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^[_.-]+|[_.-]+$/g, '')
  if (name === '') return label.trim() === '/' ? 'root' : 'value'
  return /^[A-Za-z]/.test(name) ? name : `value_${name}`
}
