import { z } from 'zod'
import { code, item, listed } from './wrap.ts'

type Schema = z.core.JSONSchema.BaseSchema

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** What may be written there, in a few words. */
function shapeOf(schema: Schema): string {
  if (schema.enum)
    return `one of ${listed(
      schema.enum.map((one) => code(String(one))),
      'or',
    )}`
  if (schema.anyOf) return eitherOf(schema)
  if (schema.type === 'integer') return `whole number${boundsOf(schema)}`
  if (schema.type === 'boolean') return '`true` or `false`'
  if (schema.type === 'array')
    return isSchema(schema.items) ? `list of ${shapeOf(schema.items)}` : 'list'
  if (schema.type === 'object') return objectOf(schema)
  return schema.type === 'string' ? 'text' : 'any value'
}

const flat = ({ anyOf = [] }: Schema): readonly Schema[] =>
  anyOf.filter(isSchema).flatMap((one) => (one.anyOf ? flat(one) : [one]))

function eitherOf(schema: Schema): string {
  const all = flat(schema)
  const single = all.filter(({ type }) => type !== 'array').map(shapeOf)
  if (single.includes('any value')) return 'any value'
  const lists = all.length > single.length ? ['a list of such'] : []
  return listed([...new Set([...single, ...lists])], 'or')
}

function objectOf({ properties }: Schema): string {
  const keys = Object.keys(properties ?? {}).map(code)
  return keys.length > 0 ? `a map with ${listed(keys)}` : 'texts by name'
}

function boundsOf({ minimum, maximum }: Schema): string {
  const highest = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  if (minimum === undefined && highest === undefined) return ''
  if (highest === undefined) return ` of at least ${minimum}`
  return minimum === undefined ? ` of at most ${highest}` : ` from ${minimum} to ${highest}`
}

const shown = (value: unknown): string =>
  code(typeof value === 'string' ? value : JSON.stringify(value))

/** An empty list or map as a default says nothing. */
const isTelling = (value: unknown): boolean =>
  value !== undefined && !(isSchema(value) && Object.keys(value).length === 0)

function settingOf(name: string, schema: Schema, required: boolean): string {
  const facts = [
    shapeOf(schema),
    ...(required ? ['required'] : []),
    ...(isTelling(schema.default) ? [`default ${shown(schema.default)}`] : []),
  ]
  const meaning = schema.description === undefined ? '' : `: ${schema.description}`
  return item(`${code(name)} (${facts.join('; ')})${meaning}`, 1)
}

/** A kind's own settings, one line each; `hidden` are those that the program fills in itself. */
export function settingLines(
  params: z.ZodObject,
  hidden: readonly string[] = [],
): readonly string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(params, {
    io: 'input',
    unrepresentable: 'any',
  })
  return Object.entries(properties).flatMap(([name, schema]) =>
    isSchema(schema) && !hidden.includes(name)
      ? [settingOf(name, schema, required.includes(name))]
      : [],
  )
}
