import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { hasRestic } from '../../support/repositories.ts'
import { scratch } from '../../support/tool.ts'
import { openStage, type Stage } from './stage.ts'

const filesYaml =
  (more = '', source = '') =>
  ({ data, repository }: { data: string; repository: string }) =>
    `
services:
  web: { manager: { pm2: web } }
backups:
  site:
    source: { paths: ["${data}/*"]${source} }
    repository: ${repository}
    password: correct horse
    keep: { last: 2 }
    ${more}
`
const about = { backup: 'site' }
const letters = ['a', 'b', 'c', 'd'] as const

const fill = ({ data }: Pick<Stage, 'data'>): void => {
  for (const name of letters) writeFileSync(join(data, name), randomBytes(100_000))
}

async function filled(...all: Parameters<typeof filesYaml>): Promise<Stage> {
  const stage = await openStage(filesYaml(...all))
  fill(stage)
  return stage
}

const restic = (stage: Stage, ...words: string[]): string =>
  execFileSync('restic', ['-r', stage.repository, '--no-cache', ...words], {
    env: { ...process.env, RESTIC_PASSWORD: 'correct horse' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

const left = ({ world }: Stage): readonly string[] =>
  ['backup-site', 'drill-site', 'verify-site']
    .map((name) => join(world.home, 'scratch', name))
    .filter((path) => existsSync(path))

describe.skipIf(!hasRestic)('a backup of files', { timeout: 240_000 }, () => {
  test('makes its repository, is listed and whole, and leaves nothing behind', async () => {
    const stage = await filled()
    const { end, steps, memory, output } = await stage.run('backup', about)
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
    expect(left(stage)).toEqual([])
    expect(restic(stage, 'list', 'locks', '--no-lock')).toBe('')
    expect(output).toContain('4 paths')
    expect(JSON.stringify(stage.world.events())).not.toContain('correct horse')
  })

  test('is doubted once half of it is gone: nothing older is removed until somebody accepts it', async () => {
    const stage = await filled()
    for (let run = 0; run < 2; run += 1) await stage.run('backup', about)
    for (const name of letters.slice(1)) rmSync(join(stage.data, name))
    const { end, steps } = await stage.run('backup', about)
    expect(end).toMatchObject({ outcome: 'doubtful', ok: false, severity: 'warning' })
    expect(end?.buttons).toHaveLength(1)
    expect(steps.join()).not.toContain('keep')
    const [run] = stage.runs('site')
    expect(run).toMatchObject({ verdict: 'doubtful', bytes: 100_000 })
    expect(run?.why).toContain('holds 98 KiB, where 391 KiB is usual')
    expect(JSON.parse(restic(stage, 'snapshots', '--json'))).toHaveLength(3)

    const [, , snapshot = ''] = end?.buttons?.[0]?.press.split(':') ?? []
    const asha = { id: 1001, name: 'Asha', role: 'admin' } as const
    expect(stage.world.house.acceptBackup('site', snapshot, asha)).toBe(true)
    const again = await stage.run('backup', about)
    expect(again.end).toMatchObject({ ok: true })
  })

  test('that is doubtful never stays in the place of a good one', async () => {
    const stage = await filled()
    const kept = (): unknown => JSON.parse(restic(stage, 'snapshots', '--json'))
    const [first] = [await stage.run('backup', about), await stage.run('backup', about)]
    for (const name of letters.slice(1)) rmSync(join(stage.data, name))
    const { end } = await stage.run('backup', about)
    expect(end).toMatchObject({ outcome: 'doubtful' })
    fill(stage)
    const third = await stage.run('backup', about)
    expect(third.memory).toMatchObject({ verdict: 'good', removed: 1 })
    const verdicts = stage.runs('site').map(({ verdict, snapshot }) => [verdict, snapshot])
    expect(verdicts.map(([verdict]) => verdict)).toEqual(['good', 'doubtful', 'good', 'good'])
    expect(verdicts[3]?.[1]).toBe(first?.memory?.['snapshot'])
    const ids = verdicts.slice(0, 3).map(([, id]) => ({ id }))
    expect(kept()).toMatchObject(ids.toReversed())
    const fourth = await stage.run('backup', about)
    expect(fourth.memory).toMatchObject({ removed: 2 })
    expect(kept()).toMatchObject([{ id: third.memory?.['snapshot'] }, {}])
  })

  test('before a restore has a tag of its own, removes nothing, and counts as none of the others', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    for (const name of letters.slice(1)) rmSync(join(stage.data, name))
    const { end, steps } = await stage.run('backup', { ...about, for: 'safety' })
    expect(end).toMatchObject({ outcome: 'doubtful' })
    expect(end?.buttons).toBeUndefined()
    expect(steps.join()).not.toContain('keep')
    expect(stage.runs('site')).toMatchObject([{ safety: true }, { safety: false }])
    expect(stage.world.store.backups.good('site', 9)).toHaveLength(1)
    expect(stage.world.house.backup('site')).toMatchObject({
      found: { newest: { bytes: 400_000 } },
    })
    expect(restic(stage, 'snapshots', '--json', '--tag', 'site,safety')).toContain('"safety"')
  })

  test('that finds a source gone says which, and removes nothing', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    for (const name of letters) rmSync(join(stage.data, name))
    const { end, steps } = await stage.run('backup', about)
    expect(steps).toEqual(['clear done', 'look failed', 'tidy done', 'record done'])
    expect(end).toMatchObject({ outcome: 'failed', severity: 'warning' })
    expect(stage.runs('site')[0]).toMatchObject({ verdict: 'failed', snapshot: null })
    expect(stage.runs('site')[0]?.why).toContain(`${stage.data}/*`)
  })

  test('makes no new repository where there was one', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    rmSync(stage.repository, { recursive: true })
    const { end } = await stage.run('backup', about)
    expect(end).toMatchObject({ outcome: 'failed' })
    expect(stage.runs('site')[0]?.why).toContain('was there, and is gone')
    expect(existsSync(stage.repository)).toBe(false)
  })

  test('makes one repository for two that begin at once', async () => {
    const stage = await openStage(
      ({ data, repository }) =>
        `backups:\n${['site', 'shop']
          .map(
            (name) =>
              `  ${name}: { source: { paths: ["${data}"] }, repository: ${repository}, password: correct horse }\n`,
          )
          .join('')}`,
    )
    fill(stage)
    await stage.order('backup', { backup: 'site' })
    await stage.order('backup', { backup: 'shop' })
    await stage.until(() => stage.world.store.jobs.open().length === 0)
    expect([...stage.runs('site'), ...stage.runs('shop')].map(({ verdict }) => verdict)).toEqual([
      'good',
      'good',
    ])
    expect(readdirSync(join(stage.repository, 'keys'))).toHaveLength(1)
  })

  test('says what to do about a repository that was made twice', async () => {
    const local = createLocalHost('main', { clock: systemClock })
    // As a first time leaves it that was cut short between its key and its config.
    const first = join(scratch(), 'first')
    execFileSync('restic', ['-r', first, '--no-cache', 'init'], {
      env: { ...process.env, RESTIC_PASSWORD: 'correct horse' },
      stdio: 'ignore',
    })
    const host: Host = {
      ...local,
      async run(command, options) {
        const result = await local.run(command, options)
        if (command.includes('init'))
          copyFileSync(join(first, 'config'), join(stage.repository, 'config'))
        return result
      },
    }
    const stage = await openStage(filesYaml(), { host })
    fill(stage)
    const { end } = await stage.run('backup', about)
    expect(JSON.stringify(end)).toContain('was made twice')
  })

  test('makes one at another address, and only there', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    const other = `${stage.repository}-2`
    stage.world.configure(filesYaml()({ ...stage, repository: other }))
    expect((await stage.run('backup', about)).end).toMatchObject({ ok: true, severity: 'warning' })
    expect(existsSync(join(other, 'config'))).toBe(true)
    rmSync(stage.repository, { recursive: true })
    stage.world.configure(filesYaml()(stage))
    await stage.run('backup', about)
    expect(stage.runs('site')[0]?.why).toContain('was there, and is gone')
  })

  test('finds a clock in the past', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    stage.world.clock.jump(-7_200_000)
    const { end } = await stage.run('backup', about)
    expect(end).toMatchObject({ outcome: 'failed' })
    expect(stage.runs('site')[0]?.why).toMatch(/the clock says .* UTC, but the newest snapshot/)
  })

  test('that is cancelled keeps nothing, and starts what it has stopped', async () => {
    const stage = await filled('', ', stop: web')
    const { services, house } = stage.world
    const id = await stage.order('backup', about)
    await stage.until(() => JSON.stringify(house.jobs(1)).includes('upload'))
    house.cancelJob(id, { id: 1002, name: 'Ben', role: 'operator' })
    await stage.until(() => stage.world.store.jobs.open().length === 0)
    expect(stage.world.store.jobs.get(id)?.end).toMatchObject({ outcome: 'cancelled' })
    expect(services.orders).toEqual(['stop web', 'start web'])
    expect(stage.runs('site')).toEqual([])
    expect(left(stage)).toEqual([])
    expect(restic(stage, 'list', 'locks', '--no-lock')).toBe('')
  })

  test('fails with what restic says of a wrong password', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    stage.world.configure(filesYaml()(stage).replace('correct horse', 'wrong pony'))
    await stage.run('backup', about)
    expect(stage.runs('site')[0]?.why).toMatch(/^The password does not open/)
  })
})

describe.skipIf(!hasRestic)('a repository', { timeout: 240_000 }, () => {
  test('is verified part after part', async () => {
    const stage = await filled('verify: { parts: 2 }')
    await stage.run('backup', about)
    for (const part of [1, 2, 1]) {
      const { end } = await stage.run('verify', about)
      expect(end).toMatchObject({ outcome: 'verified', ok: true })
      expect(stage.world.store.backups.lastProof('site', 'verify')).toMatchObject({
        ok: true,
        part,
      })
    }
    expect(left(stage)).toEqual([])
  })

  test('with a flipped byte is not whole for a verification, nor for a drill', async () => {
    const stage = await filled('verify: { parts: 1 }')
    await stage.run('backup', about)
    const packs = execFileSync(
      'find',
      [join(stage.repository, 'data'), '-type', 'f', '-size', '+20k'],
      { encoding: 'utf8' },
    )
    for (const pack of packs.trim().split('\n'))
      execFileSync(
        'sh',
        ['-c', 'chmod u+w "$1"; printf X | dd of="$1" bs=1 seek=9999 conv=notrunc', 'sh', pack],
        { stdio: 'ignore' },
      )
    expect((await stage.run('verify', about)).end).toMatchObject({ outcome: 'damaged', ok: false })
    const { end } = await stage.run('drill', about)
    expect(end).toMatchObject({ outcome: 'unproven', ok: false })
    expect(stage.world.store.backups.lastProof('site', 'drill')).toMatchObject({ ok: false })
    expect(left(stage)).toEqual([])
  })

  test('that is gone, or from which somebody has removed the snapshots, is no backup any more', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    const { backups } = stage.world.store
    restic(stage, 'forget', 'latest', '--prune')
    expect((await stage.run('drill', about)).end).toMatchObject({ outcome: 'unproven' })
    const gone = backups.lastProof('site', 'drill')
    expect(gone).toMatchObject({ ok: false, snapshot: null })
    expect(JSON.stringify(gone?.text)).toContain('None of the good snapshots of site')

    rmSync(stage.repository, { recursive: true })
    expect((await stage.run('verify', about)).end).toMatchObject({ outcome: 'damaged' })
    expect(backups.lastProof('site', 'verify')).toMatchObject({ ok: false })
    const { end, steps } = await stage.run('drill', about)
    expect(end).toMatchObject({ outcome: 'unproven' })
    expect(steps).toEqual(['clear done', 'choose done', 'judge done', 'tidy done'])
    expect(left(stage)).toEqual([])
  })

  test('has stale locks removed by an order that shows whose they are', async () => {
    const stage = await filled()
    await stage.run('backup', about)
    // A lock of a process that is dead: what a kill leaves.
    const lock = execFileSync(
      'sh',
      [
        '-c',
        'restic -r "$1" check --read-data >/dev/null 2>&1 & pid=$!; for i in $(seq 200); do [ -n "$(ls "$1/locks")" ] && break; sleep 0.05; done; kill -9 $pid; ls "$1/locks"',
        'sh',
        stage.repository,
      ],
      { encoding: 'utf8', env: { ...process.env, RESTIC_PASSWORD: 'correct horse' } },
    )
    expect(lock.trim()).toMatch(/^[0-9a-f]{64}$/)
    stage.world.clock.jump(120_000)
    const blocked = await stage.run('verify', about)
    expect(blocked.end).toMatchObject({ outcome: 'failed' })
    expect(blocked.output).toMatch(/locked by .* on .* \(process \d+\), for .*, who is dead/)
    const order = { do: 'job', kind: 'unlock', about } as const
    expect((await stage.world.house.prepare(order)).steps).toEqual([
      expect.stringMatching(/^remove the lock of .* on .* \(process \d+\)$/),
    ])
    const { end } = await stage.run('unlock', about)
    expect(end).toMatchObject({ outcome: 'unlocked', text: { args: { n: 1 } } })
    await expect(stage.world.house.prepare(order)).rejects.toThrow('nothing is locked')
    expect((await stage.run('verify', about)).end).toMatchObject({ ok: true })
  })
})

describe.skipIf(!hasRestic)('a drill of files', { timeout: 240_000 }, () => {
  test('proves what can be restored, with databases among it', async () => {
    const expects = 'drill: { expect: [{ query: "SELECT count(*) FROM users", at_least: 2 }] }'
    const stage = await filled(expects)
    const { default: Database } = await import('better-sqlite3')
    const db = new Database(join(stage.data, 'app.sqlite'))
    db.exec('CREATE TABLE users (name); INSERT INTO users VALUES (1), (2)')
    db.close()
    mkdirSync(join(stage.data, 'deep/er'), { recursive: true })
    writeFileSync(join(stage.data, 'deep/er/file'), '')
    await stage.run('backup', about)
    stage.world.clock.jump(3_600_000)
    const { end, steps } = await stage.run('drill', about)
    expect(steps.filter((step) => !step.endsWith(' done'))).toEqual([])
    expect(end).toMatchObject({ outcome: 'proven', ok: true, severity: 'info' })
    const said = JSON.stringify(end?.more)
    for (const id of ['restored', 'times', 'files', 'databases', 'expected'])
      expect(said).toContain(`drill-job-${id}`)
    const proof = stage.world.store.backups.lastProof('site', 'drill')
    expect(proof).toMatchObject({ ok: true, snapshot: stage.runs('site')[0]?.snapshot })
    expect(proof?.rpo).toBeGreaterThanOrEqual(3_600_000)
    expect(left(stage)).toEqual([])

    db.close()
    const other = new Database(join(stage.data, 'app.sqlite'))
    other.exec('DELETE FROM users')
    other.close()
    await stage.run('backup', about)
    const poor = await stage.run('drill', about)
    expect(poor.end).toMatchObject({ outcome: 'unproven' })
    expect(poor.end?.text.args?.['why']).toContain('answered 0, expected at least 2')
  })

  test('without anything to try out comes to no verdict', async () => {
    const stage = await filled()
    restic(stage, 'init')
    const { end } = await stage.run('drill', about)
    expect(end).toMatchObject({ outcome: 'failed', severity: 'warning' })
    expect(stage.world.store.backups.lastProof('site', 'drill')).toBeUndefined()
  })
})
