import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIssue } from '../../src/config/issue.ts'
import { loadConfig } from '../../src/config/load.ts'
import { kinds } from './kinds.ts'
import { configOf } from './load.ts'
import { tries } from '../support/runs.ts'
import { character } from '../support/text.ts'

const good = readFileSync(new URL('fixtures/good.yaml', import.meta.url), 'utf8')
const secrets = ['qzx91kvwj3', 'wvj-77-hbqk']
const env = {
  GATE_PASSWORD: 'qzx91kvwj3',
  API_TOKEN: 'wvj-77-hbqk',
  SITE_URL: 'https://u:qzx91kvwj3@example.com/',
}

/** Loads a file as the program does; the result's own shape is checked, nothing may throw. */
function load(text: string): readonly string[] {
  const loaded = loadConfig({
    now: Date.parse('2026-03-10T12:00:00Z'),
    file: 'good.yaml',
    text,
    env,
    kinds,
    machineZone: 'UTC',
    home: '/home/asha',
    languages: ['en'],
  })
  if ('config' in loaded) return []
  expect(loaded.issues.length).toBeGreaterThan(0)
  const lines = text.split('\n').length
  for (const { line, col } of loaded.issues) {
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines)
    expect(col).toBeGreaterThanOrEqual(1)
  }
  return loaded.issues.map(formatIssue)
}

/** Texts that mean something at one place or another. */
const punctuation = ['', ' ', '\n', '\t', ': ', '- ', '{', '}', '[', ']', '"', "'", '#', '|\n']
const yaml = ['&a ', '*usual', '<<: ', '!x ', 'null', 'true', '-1', '1e99', '.inf', '0x1f']
const ours = ['${API_TOKEN}', '${GATE_PASSWORD}', '${SITE_URL}', '${NOPE}', '$${', 'file:']
const others = ['5m', '> 5%', 'kind', '__proto__', 'constructor', '\u0000', 'ß', '\uD800']
const words = fc.constantFrom(...punctuation, ...yaml, ...ours, ...others)

/** Cuts a piece out and puts another one in its place. */
const cuts = fc.array(
  fc.record({ at: fc.nat({ max: good.length }), length: fc.nat({ max: 12 }), word: words }),
  { minLength: 1, maxLength: 4 },
)

test('the file that is broken below is right', () => {
  const config = configOf(good, { env })
  expect(config.secrets).toEqual(expect.arrayContaining(secrets))
})

test('a file broken anyhow gives issues, never a throw, never a secret', () => {
  fc.assert(
    fc.property(cuts, (list) => {
      const broken = list.reduce(
        (text, { at, length, word }) => text.slice(0, at) + word + text.slice(at + length),
        good,
      )
      const said = load(broken).join('\n')
      for (const secret of secrets) expect(said).not.toContain(secret)
    }),
    tries(100),
  )
})

test('nor does a value replaced by a secret', () => {
  const values = [...good.matchAll(/: ("[^"]*"|[\w/~.-]+)/g)]
  fc.assert(
    fc.property(fc.constantFrom(...values), words, (match, word) => {
      const start = match.index + 2
      const value = JSON.stringify(`${word}\${API_TOKEN}`)
      const said = load(good.slice(0, start) + value + good.slice(start + (match[1] ?? '').length))
      for (const secret of secrets) expect(said.join('\n')).not.toContain(secret)
    }),
    tries(100),
  )
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: character }), fc.json()), (text) => {
      load(text)
    }),
    tries(70),
  )
})
