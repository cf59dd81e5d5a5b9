import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { recordRestic } from '../../support/recorded.ts'
import { hasRestic } from '../../support/repositories.ts'
import { openStage } from './stage.ts'

const about = { backup: 'site' }
const password = 'correct horse'

/** Backups by a restic that writes down how it is called. */
async function openRecorded() {
  const recorded = recordRestic()
  const stage = await openStage(
    ({ data, repository }) => `
backups:
  site:
    source: { paths: ["${data}"] }
    repository: ${repository}
    password: ${password}
    env: { PATH: "${recorded.env.PATH}" }
    keep: { last: 2 }
    verify: { parts: 1 }
`,
  )
  mkdirSync(join(stage.data, 'deep'))
  writeFileSync(join(stage.data, 'deep', 'file'), 'words')
  return {
    ...stage,
    ...recorded,
    /** Runs a job that ends well; the words that restic was started with. */
    async startsOf(kind: string): Promise<readonly string[]> {
      recorded.forget()
      const { end } = await stage.run(kind, about)
      expect(end).toMatchObject({ ok: true })
      return recorded.starts()
    },
  }
}

describe.skipIf(!hasRestic)('restic is started', { timeout: 120_000 }, () => {
  test('by a good backup once for each thing that has to be known or done', async () => {
    const { startsOf } = await openRecorded()
    const looks = ['version', 'snapshots']
    const rest = ['backup', 'snapshots', 'ls']
    // Looked for again in its turn, and opened as soon as it is made.
    const makes = ['snapshots', 'init', 'snapshots']
    expect(await startsOf('backup')).toEqual([...looks, ...makes, ...rest, 'list locks'])
    expect(await startsOf('backup')).toEqual([...looks, ...rest, 'list locks'])
    expect(await startsOf('backup')).toEqual([...looks, ...rest, 'forget', 'list locks'])
  })

  test('by a good verification and a good drill as seldom', async () => {
    const { startsOf } = await openRecorded()
    await startsOf('backup')
    expect(await startsOf('verify')).toEqual(['check', 'list locks'])
    expect(await startsOf('drill')).toEqual([
      'version',
      'snapshots',
      'stats',
      'restore',
      'ls',
      'list locks',
    ])
  })
})

/** Somebody who has locked a repository alone, until its input ends: who is asked for a new password. */
async function holdAlone(repository: string): Promise<ChildProcess> {
  const env = { ...process.env, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password }
  const holder = spawn('restic', ['key', 'passwd', '--no-cache'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  onTestFinished(() => void holder.kill('SIGKILL'))
  await vi.waitFor(() => expect(readdirSync(join(repository, 'locks'))).toHaveLength(1), 20_000)
  return holder
}

describe.skipIf(!hasRestic)('a repository that is locked', { timeout: 120_000 }, () => {
  test('when the upload begins is waited for', async () => {
    const stage = await openRecorded()
    const { world, repository, starts, until } = stage
    await stage.startsOf('backup')

    stage.closeGate()
    const job = await stage.order('backup', about)
    const before = starts().length
    await until(() => starts().slice(before).includes('backup'))
    const holder = await holdAlone(repository)
    stage.openGate()
    const waits = /waits for .* on .* \(process \d+\)/
    await until(() => waits.test(world.house.jobLog(job)?.text ?? ''))

    holder.stdin?.end()
    await once(holder, 'exit')
    await world.clock.advance(15_000)
    await until(() => world.store.jobs.open().length === 0)
    expect(world.store.jobs.get(job)?.end).toMatchObject({ outcome: 'backed-up', ok: true })
    const words = [...new Set(starts().slice(before))].join()
    expect(words).toBe('version,snapshots,backup,list locks,cat lock,ls')
  })
})
