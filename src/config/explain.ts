import { z } from 'zod'
import { meant, nearest, oneOf } from './nearest.ts'
import { valueAt } from './path.ts'
import type { Path } from './path.ts'
import type { Report } from './report.ts'

/** zod's own findings, in the words of this program, each at its place. */
export interface Explained {
  readonly report: Report
  /** The whole file as data, to tell what is missing from what is wrong. */
  readonly root: unknown
  /** Where in the file the validated value stands. */
  readonly base: Path
  readonly schema: z.ZodType
  /** Keys that may stand there besides the schema's own. */
  readonly alsoKnown?: readonly string[]
}

type Issue = z.core.$ZodIssue

/** zod's default messages; anything else was written by the author of the schema. */
const ownWords = /^(?:Invalid|Too (?:big|small)|Unrecognized)/

/** Reports every issue of a failed parse. */
export function explain(issues: readonly Issue[], context: Explained): void {
  for (const issue of issues) explainOne(issue, context)
}

function explainOne(issue: Issue, context: Explained): void {
  const { report, root } = context
  const path = [...context.base, ...plainPath(issue.path)]
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, issue.path, context)
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues
    return report.add(path, inner === undefined ? 'no such key' : wordsOf(inner), 'key')
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branch = closestBranch(issue.errors)
    if (branch !== undefined)
      return explain(
        branch.map((inner) => within(inner, issue.path)),
        context,
      )
  }
  const words = wordsOf(issue)
  const value = valueAt(root, path)
  if (words.startsWith('not built yet')) return report.add(path, words, 'key')
  if (value === undefined) return report.add(path, `missing, ${words}`, 'key')
  if (value === null) return report.add(path, `nothing stands here, ${words}`, 'key')
  const close = typeof value === 'string' ? nearest(value, wordsFor(issue)) : undefined
  report.found(path, close === undefined ? words : `${words}, did you mean "${close}"?`)
}

const within = (issue: Issue, path: readonly PropertyKey[]): Issue => ({
  ...issue,
  path: [...path, ...issue.path],
})

const plainPath = (path: readonly PropertyKey[]): Path =>
  path.map((part) => (typeof part === 'number' ? part : String(part)))

function unknownKeys(keys: readonly string[], path: readonly PropertyKey[], context: Explained) {
  const known = [
    ...keysAt(context.schema, path),
    ...(path.length === 0 ? (context.alsoKnown ?? []) : []),
  ].toSorted()
  for (const key of keys)
    context.report.add(
      [...context.base, ...plainPath(path), key],
      `unknown key "${key}"${meant(key, known)}`,
      'key',
    )
}

/** Of a union's branches the one that the value was meant for: it failed inside, not at its door. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const inside = ({ path, code }: Issue) =>
    path.length > 0 || code === 'unrecognized_keys' || code === 'custom'
  const meantOnes = branches.filter((issues) => issues.some(inside))
  return meantOnes.length === 1 ? meantOnes[0] : undefined
}

/** The words that would have done, in case one of them was meant. */
function wordsFor(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code !== 'invalid_union') return []
  return issue.errors.flat().flatMap(wordsFor)
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of settings',
  record: 'a map of settings',
  null: 'nothing',
}

/** What was expected, in words that begin with "expected" unless a schema's author wrote them. */
function wordsOf(issue: Issue): string {
  if (!ownWords.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `expected ${oneOf(issue.values.map(String))}`
    case 'too_small':
      return `expected ${bound(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')}`
    case 'too_big':
      return `expected ${bound(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')}`
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`
    case 'invalid_format':
      return issue.format === 'regex'
        ? `expected text of the form ${issue.pattern ?? ''}`
        : `expected a valid ${issue.format === 'url' ? 'URL' : issue.format}`
    case 'invalid_union':
      return `expected ${oneOf(doors(issue.errors))}`
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'custom':
      break
  }
  return 'expected something else'
}

function bound(origin: string, limit: number | bigint, words: string): string {
  const what = origin === 'string' ? ' characters' : origin === 'array' ? ' items' : ''
  return `${words} ${limit}${what}`
}

/** What each branch of a union takes. `false` goes without saying beside `off`. */
function doors(branches: readonly (readonly Issue[])[]): readonly string[] {
  const taken = branches.flat().flatMap((issue) => {
    const words = wordsFor(issue)
    return words.length > 0 ? words : [wordsOf(issue).replace(/^expected /, '')]
  })
  return [...new Set(taken)].filter((word) => word !== 'false' || !taken.includes('off'))
}

/** The keys that a schema knows at a path, to find the one that was meant. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [first, ...rest] = path
  const bare = unwrap(schema)
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => keysAt(option, path))
  if (bare instanceof z.ZodArray) return first === undefined ? [] : keysAt(bare.element, rest)
  if (bare instanceof z.ZodRecord) return first === undefined ? [] : keysAt(bare.valueType, rest)
  if (!(bare instanceof z.ZodObject)) return []
  if (first === undefined) return Object.keys(bare.shape)
  const next: unknown = Object.hasOwn(bare.shape, first) ? bare.shape[String(first)] : undefined
  return next instanceof z.ZodType ? keysAt(next, rest) : []
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  )
    return unwrap(schema.unwrap())
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema
}
