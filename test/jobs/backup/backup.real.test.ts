import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasRestic } from '../../support/repositories.ts'
import { openStage, type Stage } from './stage.ts'

const filesYaml = ({ data, repository }: { data: string; repository: string }) => `
backups:
  site:
    source: { paths: ["${data}/*"] }
    repository: ${repository}
    password: correct horse
    keep: { last: 2 }
`

const fill = ({ data }: Pick<Stage, 'data'>): void => {
  for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(data, name), name.repeat(100_000))
}

const about = { backup: 'site' }

describe.skipIf(!hasRestic)('a backup of files', { timeout: 120_000 }, () => {
  test('makes its repository, is listed and whole, and leaves nothing behind', async () => {
    const stage = await openStage(filesYaml)
    fill(stage)
    const { end, steps, memory } = await stage.run('backup', about)
    expect(steps).toEqual([
      'clear done',
      'look done',
      'stage done',
      'upload done',
      'confirm done',
      'keep done',
      'tidy done',
    ])
    expect(end).toMatchObject({ outcome: 'backed-up', ok: true, severity: 'warning' })
    expect(memory).toMatchObject({ verdict: 'good', made: true })
    expect(stage.runs('site')).toMatchObject([
      { verdict: 'good', bytes: 400_000, files: 4, why: null },
    ])
    expect(existsSync(join(stage.world.home, 'work/backup-site'))).toBe(false)
  })
})
