import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineCheck } from '../../src/contract/check.ts'
import { defineFix } from '../../src/contract/fix.ts'
import { flag, percent } from '../../src/contract/metric.ts'
import { checksPage, fixesPage } from '../../src/docs/pages.ts'
import { loadKinds } from '../../src/flow/kinds.ts'

const written = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')

const { checks, fixes } = await loadKinds()

describe('the pages are those of the plug-ins: `npm run docs` writes them', () => {
  test('docs/checks.md', () => expect(written('checks')).toBe(checksPage(checks)))
  test('docs/fixes.md', () => expect(written('fixes')).toBe(fixesPage(fixes)))
})

test.each(['checks', 'fixes'])('%s.md can be read as text', (name) => {
  for (const line of written(name).split('\n')) expect(line.length).toBeLessThanOrEqual(120)
})

const check = defineCheck({
  kind: 'heat',
  summary: 'How hot it is.',
  params: z.strictObject({
    sensor: z.string().describe('which of them'),
    limit: z.int().min(0).max(9).default(3),
    mode: z.enum(['a', 'b']).optional(),
    hosts: z.union([z.string(), z.array(z.string())]).optional(),
    deep: z.strictObject({ one: z.string(), two: z.string() }).optional(),
  }),
  metrics: { used: percent('share of the limit'), burning: flag('on fire') },
  defaults: { warning: 'used > 85%', failures: 3 },
  conditions: ['burning'],
  advice: 'Cool { $subject } on { $host }.',
  remote: true,
  probe: async () => [],
  examples: [
    {
      title: 'A warm one',
      params: { sensor: 'cpu' },
      facts: {},
      readings: [{ subject: 'cpu', metrics: { used: 50 }, saw: '50%' }],
    },
  ],
})

const fix = defineFix({
  kind: 'fan',
  summary: 'Turns a fan on.',
  risk: 'destructive',
  params: z.strictObject({}),
  hold: '10s',
  look: async () => null,
  plan: () => [],
  act: async () => ({ result: '' }),
})

test('a check is told with all that its definition says', () => {
  const page = checksPage(new Map([['heat', check]]))
  for (const part of [
    '## heat\n\nHow hot it is.',
    '  - `used` (percent): share of the limit',
    '  - `sensor` (text; required): which of them',
    '  - `limit` (whole number from 0 to 9; default `3`)',
    '  - `mode` (one of `a` or `b`)',
    '  - `hosts` (text or a list of such)',
    '  - `deep` (a map with `one` and `two`)',
    '- Levels, unless the file names its own: warning `used > 85%`',
    '- Defaults: `failures: 3`',
    'unless a level names it: `burning`',
    "- Looks from the bot's own machine",
    '- Advice: Cool ‹subject› on ‹host›.',
    '```yaml\nchecks:\n  example:\n    kind: heat\n    sensor: cpu\n```',
    'It sees `cpu` “50%”.',
  ])
    expect(page).toContain(part)
})

test('a fix is told with its risk and how it is verified', () => {
  const page = fixesPage(new Map([['fan', fix]]))
  expect(page).toContain('## fan\n\nTurns a fan on.')
  expect(page).toContain('- Risk: destructive: asks an operator')
  expect(page).toContain('within 30s, and then 10s with the same process')
})
