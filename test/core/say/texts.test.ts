import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { textIds, variablesOf } from '../../support/texts.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const read = (...patterns: readonly string[]): readonly (readonly [string, string])[] =>
  patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .toSorted()
    .map((file) => [file, readFileSync(`${root}/${file}`, 'utf8')] as const)

const sources = read('src/**/*.ts', 'handlers/**/*.ts', 'checks/*.ts', 'fixes/*.ts')

/** Up to the bracket that closes the one at `start`. */
function within(source: string, start: number): string {
  let depth = 0
  for (let i = start; i < source.length; i++) {
    if ('{(['.includes(source[i] ?? '')) depth++
    if ('})]'.includes(source[i] ?? '') && --depth === 0) return source.slice(start + 1, i)
  }
  throw new Error('a bracket is not closed')
}

/** The names in an object literal; null where they cannot be known from the text. */
function keysOf(literal: string): readonly string[] | null {
  let flat = ''
  let depth = 0
  for (const char of literal) {
    if ('})]'.includes(char)) depth--
    if (depth === 0) flat += char
    if ('{(['.includes(char)) depth++
  }
  if (flat.includes('...')) return null
  return flat
    .split(',')
    .map((part) => /^\s*'?(\w+)/.exec(part)?.[1] ?? '')
    .filter((name) => name !== '')
}

interface Use {
  readonly file: string
  readonly id: string
  readonly keys: readonly string[] | null
}

/** Every `t('id', { … })`, `line('id')` and `t(x ? 'a' : 'b', { … })`. */
const uses: readonly Use[] = sources.flatMap(([file, source]) =>
  [
    ...source.matchAll(
      /\b(?:t|line)\(\s*(?:[\w.!= ()]+\?\s*)?'([a-z][\w-]*)'(?:\s*:\s*'([\w-]+)')?\s*(,\s*\{|,\s*\w|,?\s*\))/g,
    ),
  ].flatMap((match): Use[] => {
    const [whole, first = '', second, rest = ''] = match
    const keys = rest.endsWith('{')
      ? keysOf(within(source, match.index + whole.length - 1))
      : /\w$/.test(rest)
        ? null
        : []
    return [first, second].filter((id) => id !== undefined).map((id) => ({ file, id, keys }))
  }),
)

/** All quoted texts in the sources; `${…}` in them stands for anything. */
const quoted: readonly RegExp[] = sources.flatMap(([, source]) =>
  [...source.replace(/\$\{[^}`]*\}/g, '§').matchAll(/'([a-z][\w-]*)'|`([a-z][\w§-]*)`/g)].map(
    ([, plain, template = '']) => {
      const text = plain ?? template
      return new RegExp(`^${text.replaceAll('§', '[\\w-]*')}$`)
    },
  ),
)

describe('texts', () => {
  test('the walk finds them', () => {
    expect(uses.length).toBeGreaterThan(150)
    expect(uses).toContainEqual(expect.objectContaining({ id: 'incident-since', keys: null }))
    expect(uses.find(({ id }) => id === 'ack-taken')?.keys).toEqual(['name', 'by'])
    expect(variablesOf('ack-taken')).toEqual(['by', 'name'])
    expect(variablesOf('condition-flag')).toEqual(['metric', 'tense'])
  })

  test('each that is used exists', () => {
    const missing = uses.filter(({ id }) => !textIds.includes(id))
    expect(missing.map(({ file, id }) => `${file}: ${id}`)).toEqual([])
  })

  test('each gets all the arguments that it uses', () => {
    const lacking = uses.flatMap(({ file, id, keys }) => {
      const lacks = variablesOf(id).filter((name) => keys?.includes(name) === false)
      return lacks.length > 0 ? [`${file}: ${id} lacks ${lacks.join(', ')}`] : []
    })
    expect(lacking).toEqual([])
  })

  test('each that exists is used, and exists once', () => {
    const unused = textIds.filter((id) => !quoted.some((one) => one.test(id)))
    expect(unused).toEqual([])
    expect(textIds.filter((id, i) => textIds.indexOf(id) !== i)).toEqual([])
  })
})
