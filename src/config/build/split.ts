import type { z } from 'zod'
import type { Path, Settings } from '../path.ts'
import { parseWith } from '../parse.ts'
import type { Building } from './context.ts'
import { nearest, oneOf } from '../nearest.ts'

/**
 * An entry is flat: keys that every check (or fix) has, and those of its kind. A key that both know
 * goes to both. Unknown keys go to the kind, whose strict schema refuses them.
 */
export function splitEntry(entry: Settings, common: z.ZodObject, params: z.ZodObject | undefined) {
  const isCommon = (key: string): boolean => Object.hasOwn(common.shape, key)
  const isParam = (key: string): boolean =>
    params !== undefined && (Object.hasOwn(params.shape, key) || !isCommon(key))
  const pick = (wanted: (key: string) => boolean): Settings =>
    Object.fromEntries(Object.entries(entry).filter(([key]) => wanted(key)))
  return { common: pick(isCommon), params: pick(isParam) }
}

/** The common keys of an entry, validated; undefined when they are wrong, which has been reported. */
export function parseCommon<S extends z.ZodObject>(
  building: Building,
  entry: Settings,
  common: S,
  path: Path,
): z.output<S> | undefined {
  return parseWith(building, common, splitEntry(entry, common, undefined).common, path)
}

/** The kind's own keys of an entry, validated by the kind's own schema. */
export function parseParams(
  building: Building,
  entry: Settings,
  common: z.ZodObject,
  params: z.ZodObject,
  path: Path,
): unknown {
  const own = splitEntry(entry, common, params).params
  return parseWith(building, params, own, path, Object.keys(common.shape))
}

/** Says why a kind cannot be used: promised but not built, or a slip of the pen. */
export function reportKind(
  { report }: Building,
  kind: string,
  path: Path,
  built: Iterable<string>,
  promised: readonly string[],
): void {
  const known = [...built]
  const others = known.length === 0 ? '' : `, expected ${oneOf(known)}`
  if (promised.includes(kind)) return report.add(path, `kind "${kind}" is not built yet${others}`)
  const close = nearest(kind, [...known, ...promised])
  const hint = close === undefined ? others : `, did you mean "${close}"?`
  report.add(path, `unknown kind "${kind}"${hint}`)
}
