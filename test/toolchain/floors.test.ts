import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const scratch = mkdtempSync(join(tmpdir(), 'floors-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const importRule = 'no-restricted-imports'
const globalRule = 'no-restricted-globals'

const forbidden = [
  ['src/contract', '../core/quiet.ts'],
  ['src/core', '../flow/kinds.ts'],
  ['src/core/say', '../../store/store.ts'],
  ['src/core', 'node:fs'],
  ['src/probe/log', '../../flow/kinds.ts'],
  ['src/config', '../flow/kinds.ts'],
  ['checks', '../src/flow/kinds.ts'],
  ['fixes', '../src/store/store.ts'],
  ['handlers', '../src/telegram/bot.ts'],
  ['handlers', 'grammy'],
  ['src/store', '../flow/kinds.ts'],
  ['src/managers', '../flow/kinds.ts'],
  ['src/managers/pm2', '../../flow/kinds.ts'],
  ['src/host', '../store/store.ts'],
  ['src/backup', '../flow/kinds.ts'],
  ['src/backup', '../host/run.ts'],
  ['src/backup', '../config/load.ts'],
  ['src/backup', 'execa'],
  ['src/backup/restic', '../../store/store.ts'],
  ['src/flow', '../backup/tool.ts'],
  ['src/flow', '../telegram/bot.ts'],
  ['src/flow', '../config/load.ts'],
  ['src/flow', '../rehearsal/rehearsing.ts'],
  ['src/flow/jobs', '../../config/load.ts'],
  ['src/jobs', '../flow/flow.ts'],
  ['src/jobs', '../store/store.ts'],
  ['src/jobs', 'node:fs'],
  ['src/jobs/deploy', '../../host/run.ts'],
  ['src/rehearsal', '../telegram/bot.ts'],
  ['src/rehearsal', '../managers/command.ts'],
  ['src/telegram', '../flow/kinds.ts'],
  ['src/http', '../store/store.ts'],
  ['src/standin/methods', '../../telegram/bot.ts'],
] as const
const allowed = [
  ['src/core', '../contract/clock.ts'],
  ['src/core/say', '../incident.ts'],
  ['src/flow', '../core/quiet.ts'],
  ['src/flow', '../config/types.ts'],
  ['src/flow/jobs', '../../config/types.ts'],
  ['src/jobs', '../flow/jobs/kind.ts'],
  ['src/jobs/deploy', '../../core/quiet.ts'],
  ['src/jobs/deploy', 'node:path'],
  ['src/jobs', '../backup/tool.ts'],
  ['src/jobs/backup', '../../backup/restic/types.ts'],
  ['src/backup', 'pg'],
  ['src/backup/restic', '../tool.ts'],
  ['src/backup/restic', '../../core/redact.ts'],
  ['src/backup/restic', '../../config/types.ts'],
  ['src/rehearsal', '../flow/flow.ts'],
  ['src/rehearsal', '../config/load.ts'],
  ['checks', '../src/contract/check.ts'],
  ['src/probe/log', '../../core/log/fold.ts'],
  ['src/telegram', 'grammy'],
] as const
const impure = ['Date.now()', 'process.pid', 'fetch("http://x")', 'setTimeout(() => {}, 1)']

let planted = 0
function plant(folder: string, source: string): string {
  const file = `${folder}/planted${planted++}.ts`
  mkdirSync(dirname(join(scratch, file)), { recursive: true })
  writeFileSync(join(scratch, file), source)
  return file
}
const importing = (from: string): string =>
  `import * as it from '${from}'\nexport const seen = it\n`

/** The project's own rules, without types: those under test need none. */
function lint(): ReadonlyMap<string, readonly string[]> {
  const { options: _types, ...rules } = JSON.parse(
    readFileSync(join(root, '.oxlintrc.json'), 'utf8'),
  ) as Record<string, unknown>
  writeFileSync(join(scratch, '.oxlintrc.json'), JSON.stringify(rules))
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
    cwd: scratch,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: readonly { filename: string; code: string }[]
  }
  const found = Map.groupBy(diagnostics, ({ filename }) => filename)
  return new Map([...found].map(([file, list]) => [file, list.map(({ code }) => code)]))
}

const cases = {
  forbidden: forbidden.map(([folder, from]) => [plant(folder, importing(from)), from] as const),
  allowed: allowed.map(([folder, from]) => [plant(folder, importing(from)), from] as const),
  impure: impure.map(
    (use) => [plant('src/core', `export const seen = () => ${use}\n`), use] as const,
  ),
}
const found = lint()
const rulesBroken = (file: string): string => (found.get(file) ?? []).join()

describe('import floors', () => {
  test.each(cases.forbidden)('%s may not import %s', (file) => {
    expect(rulesBroken(file)).toContain(importRule)
  })
  test.each(cases.allowed)('%s may import %s', (file) => {
    expect(rulesBroken(file)).not.toContain(importRule)
  })
  test.each(cases.impure)('%s may not use %s', (file) => {
    expect(rulesBroken(file)).toContain(globalRule)
  })
})
