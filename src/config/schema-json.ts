import { z } from 'zod'
import { backup } from './schema/backups.ts'
import { file } from './schema/file.ts'
import { check, fix, service } from './schema/items.ts'
import { ownSections } from './schema/known.ts'
import { task, taskKinds } from './schema/tasks.ts'
import { namePattern } from './schema/values.ts'
import type { Kinds } from './types.ts'

/** The common keys and those of one kind in one flat object, as an entry of the file has them. */
const entryOf = (common: z.ZodObject, params: z.ZodObject, kind: string) =>
  z.strictObject({ ...params.shape, ...common.shape, kind: z.literal(kind) })

const named = (entry: z.ZodType) => z.record(z.string().regex(namePattern), entry)

const anyOf = (entries: readonly z.ZodType[]): z.ZodType => z.union(entries)

/** JSON Schema (draft 2020-12) of the whole file with the keys of every kind, for editors. */
export function jsonSchema({ checks, fixes }: Kinds): object {
  const checkKinds = [...checks.values()].filter(({ kind }) => !Object.hasOwn(ownSections, kind))
  const { service: _given, ...serviceKeys } = checks.get('service')?.params.shape ?? {}
  const whole = file.extend({
    services: named(z.strictObject({ ...serviceKeys, ...service.shape })).optional(),
    checks: named(
      anyOf(
        checkKinds.map(({ kind, params, summary }) =>
          entryOf(check, params, kind).describe(summary),
        ),
      ),
    ).optional(),
    fixes: named(
      anyOf(
        [...fixes.values()].map(({ kind, params, summary }) =>
          entryOf(fix, params, kind).describe(summary),
        ),
      ),
    ).optional(),
    tasks: named(
      anyOf(
        [...fixes.values(), ...[...taskKinds].map(([kind, one]) => ({ kind, ...one }))].map(
          ({ kind, params, summary }) => entryOf(task, params, kind).describe(summary),
        ),
      ),
    ).optional(),
    backups: named(backup).optional(),
  })
  return {
    title: 'mechanic.yaml',
    ...z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any' }),
  }
}
