import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { BackupConfig } from '../../../src/config/types.ts'
import { OperatorError } from '../../../src/contract/error.ts'
import type { StepContext } from '../../../src/flow/jobs/kind.ts'
import { tidyStep } from '../../../src/jobs/backup/clear.ts'
import { scratch, testTool } from '../../support/tool.ts'

it('tidying removes what was restored, also where a server keeps its database', async () => {
  const home = scratch()
  const restored = join(home, 'drill-app')
  mkdirSync(restored)
  writeFileSync(join(restored, 'secret'), 'rows')
  const tool = testTool()
  const config: Partial<BackupConfig> = {
    name: 'app',
    repository: join(home, 'nowhere'),
    password: 'correct horse',
    env: {},
    host: 'main',
  }
  const context: Partial<StepContext<object>> = {
    backup: vi.fn<StepContext<object>['backup']>().mockReturnValue(config as BackupConfig),
    host: () => tool.host,
    signal: tool.signal,
    say: tool.say,
    scratch: (name) => join(home, name),
    pause: async () => undefined,
    now: () => 0,
    redact: (text) => text,
    trail: [],
  }
  const step = tidyStep('drill', async () => {
    throw new OperatorError('the server is away')
  })
  const run = step.run({ backup: 'app', since: 0 }, context as StepContext<object>)
  await expect(run).rejects.toThrow('the server is away')
  expect(existsSync(restored)).toBe(false)
})
