import { existsSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gitPlace, hasGit } from '../../support/git.ts'
import { hasRestic } from '../../support/repositories.ts'
import { openStage, type Stage } from '../backup/stage.ts'

const about = { service: 'web' }

/** A service that is deployed once its data is backed up. */
async function opened() {
  const { home, root, origin } = gitPlace()
  const stage = await openStage(
    ({ data, repository }) => `
services:
  web:
    manager: { systemd: web }
    deploy:
      repo: ${origin.path}
      path: ${root}
      build: ["cp index.js built.js"]
      backup: [site]
      healthy: { within: 2s, for: 1s }
      watch: 0s
backups:
  site: { source: { paths: ["${data}/*"] }, repository: ${repository}, password: correct horse }
`,
  )
  for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(stage.data, name), name.repeat(9_000))
  const live = (): string | null =>
    existsSync(join(root, 'current')) ? readlinkSync(join(root, 'current')) : null
  const releases = () => stage.world.store.releases.of('web')
  return { stage, origin, live, releases, home }
}

const child = ({ world }: Stage) => world.store.jobs.ended(9).find(({ kind }) => kind === 'backup')

describe.skipIf(!hasGit || !hasRestic)('a deploy with a backup', { timeout: 240_000 }, () => {
  test('takes it first, and keeps with its release what was backed up', async () => {
    const { stage, live, releases } = await opened()
    const { end, steps, output } = await stage.run('deploy', about)
    expect({ output, end }).toMatchObject({ end: { outcome: 'deployed' } })
    expect(steps.indexOf('backup done')).toBeLessThan(steps.indexOf('build done'))
    expect(live()).not.toBeNull()
    const [run] = stage.runs('site')
    expect(releases()).toMatchObject([
      { snapshots: [{ backup: 'site', snapshot: run?.snapshot, at: run?.at }] },
    ])
  })

  test('without a good one changes nothing, and says why there is none', async () => {
    const { stage, origin, live, releases } = await opened()
    await stage.run('deploy', about)
    const before = live()
    origin.commit('index.js', 'two')
    for (const name of ['b', 'c', 'd']) rmSync(join(stage.data, name))
    const doubtful = await stage.run('deploy', about)
    expect(doubtful.end).toMatchObject({ outcome: 'failed', text: { id: 'deploy-unchanged' } })
    expect(JSON.stringify(doubtful.end)).toContain(
      'the backup of site is doubtful: It holds 1 files',
    )
    rmSync(join(stage.data, 'a'))
    const failed = await stage.run('deploy', about)
    expect(failed.end).toMatchObject({ outcome: 'failed', text: { id: 'deploy-unchanged' } })
    expect(JSON.stringify(failed.end)).toContain('there is no backup of site')
    expect(live()).toBe(before)
    expect(releases()).toHaveLength(1)
  })

  test('whose bot is killed in the backup changes nothing; the backup goes on by itself', async () => {
    const { stage, live } = await opened()
    const id = await stage.order('deploy', about)
    await stage.until(() => JSON.stringify(stage.world.house.jobs(2)).includes('job-step-upload'))
    await stage.world.crash()
    await stage.until(() => stage.world.store.jobs.open().length === 0)
    expect(stage.world.store.jobs.get(id)?.end).toMatchObject({ text: { id: 'deploy-unchanged' } })
    expect(live()).toBeNull()
    expect(child(stage)?.end).toMatchObject({ outcome: 'backed-up' })
    expect(stage.runs('site')[0]).toMatchObject({ verdict: 'good' })
  })
})
