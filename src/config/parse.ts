import type { z } from 'zod'
import { explain } from './explain.ts'
import type { Filled } from './fill.ts'
import { isSettings, pathKey, valueAt } from './path.ts'
import type { Path, Settings } from './path.ts'
import type { Report } from './report.ts'

/** A file being turned into a configuration. */
export interface Reading {
  readonly report: Report
  readonly filled: Filled
}

/**
 * Validates a value of the file against a schema. Everything wrong is reported at its place;
 * undefined then.
 */
export function parseWith<S extends z.ZodType>(
  reading: Reading,
  schema: S,
  value: unknown,
  base: Path,
  alsoKnown: readonly string[] = [],
): z.output<S> | undefined {
  const first = schema.safeParse(value)
  const result = first.success
    ? first
    : schema.safeParse(asNumbers(first.error, value, base, reading))
  if (result.success) return result.data
  const { report, filled } = reading
  explain(result.error.issues, { report, root: filled.value, base, schema, alsoKnown })
  return undefined
}

/** The environment knows only texts: one that stands for a number or a yes/no is taken as such. */
function asNumbers(error: z.ZodError, value: unknown, base: Path, { filled }: Reading): unknown {
  const copy = structuredClone(value)
  for (const issue of error.issues) {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
    if (issue.code !== 'invalid_type' || !filled.fills.has(pathKey([...base, ...path]))) continue
    const text = valueAt(copy, path)
    const holder = valueAt(copy, path.slice(0, -1))
    const key = path.at(-1)
    if (typeof text !== 'string' || key === undefined) continue
    const meaning = meaningOf(text, issue.expected)
    if (meaning !== undefined && typeof holder === 'object' && holder !== null)
      Object.assign(holder, { [key]: meaning })
  }
  return copy
}

function meaningOf(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  const numeric = expected === 'number' || expected === 'int'
  return numeric && /^-?\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : undefined
}

/** The entries of a map of named things; an empty list where the file says nothing. */
export function entriesAt(reading: Reading, path: Path): readonly (readonly [string, Settings])[] {
  const value = valueAt(reading.filled.value, path)
  if (value === undefined || value === null) return []
  if (!isSettings(value)) {
    reading.report.found(path, 'expected a map of names, each with its settings')
    return []
  }
  return Object.entries(value).flatMap(([name, entry]) => {
    if (isSettings(entry)) return [[name, entry] as const]
    reading.report.found([...path, name], 'expected a map of settings')
    return []
  })
}
