import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { file } from '../../src/config/schema/file.ts'
import { host, notify, operators } from '../../src/config/schema/general.ts'
import { parseDuration } from '../../src/config/units.ts'
import { backup } from '../../src/config/schema/backups.ts'
import { deploy } from '../../src/config/schema/deploy.ts'
import { rollingRestart, task } from '../../src/config/schema/tasks.ts'
import { secrets } from '../../src/config/schema/secrets.ts'
import { check, fix, manager, service } from '../../src/config/schema/items.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

/** The keys in the first column of the table under a heading. */
function documented(heading: string): readonly string[] {
  const section = page.split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\| ((?:`\w+`\s+)+)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\w+/g)].map(([key]) => key),
  )
}

const keys = (schema: z.ZodObject): readonly string[] => Object.keys(schema.shape)
const checkKeys = keys(check)

test.each([
  ['The file', keys(file)],
  ['A secret', keys(secrets.valueType)],
  ['An operator', keys(operators.element)],
  ['notify', keys(notify)],
  ['A host', keys(host)],
  ['A check', checkKeys],
  // `health` belongs to the kind `service`.
  ['A service', [...keys(service).filter((key) => !checkKeys.includes(key)), 'health']],
  ['A manager', keys(manager)],
  ['A fix', keys(fix)],
  ['A deploy', keys(deploy)],
  ['A backup', keys(backup)],
  ['A task', keys(task)],
  ['rolling-restart', keys(rollingRestart)],
])('%s: the page and the schema name the same keys', (heading, expected) => {
  expect([...documented(heading)].toSorted()).toEqual([...expected].toSorted())
})

test('a service takes the keys of a check', () => {
  const missing = checkKeys.filter((key) => !keys(service).includes(key))
  expect(missing).toEqual(['kind', 'hosts'])
})

test('the defaults of fixes are those of the schema', () => {
  const section = page.split('### A fix')[1] ?? ''
  const defaults = fix.parse({ kind: 'x' })
  for (const key of ['attempts', 'backoff', 'cooldown', 'max_per_hour', 'timeout'] as const) {
    const row = section.split('\n').find((line) => line.startsWith(`| \`${key}\``)) ?? ''
    const said = /\| +`?(\w+)`? +\|$/.exec(row)?.[1] ?? ''
    expect([key, parseDuration(said) ?? Number(said)]).toEqual([key, defaults[key]])
  }
})
