import fc from 'fast-check'
import { lutimesSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Trust } from '../../../src/contract/backup.ts'
import type { ProcessFacts } from '../../../src/contract/host.ts'
import type { JobEnd, StepRecord } from '../../../src/flow/jobs/kind.ts'
import deploy from '../../../src/jobs/deploy.ts'
import rollback from '../../../src/jobs/rollback.ts'
import { hasGit } from '../../support/git.ts'
import { tries } from '../../support/runs.ts'
import { createStage, type Mischief } from './stage.ts'

const web = { service: 'web' }
type Stage = ReturnType<typeof createStage>

const steps = (trail: readonly StepRecord[]): string => trail.map(({ step }) => step).join(' ')

/** One release is live, whole and asked, and nothing else is lying about. */
function expectWhole(stage: Stage): void {
  const { serves, current, directories, scratch, rows } = stage.seen()
  expect(scratch).toEqual([])
  expect(stage.isGood(current)).toBe(true)
  expect(stage.isGood(serves)).toBe(true)
  expect(new Set(rows.map((row) => row.split(' ')[0]))).toEqual(new Set(directories))
  expect(rows.every((row) => row.endsWith(' whole'))).toBe(true)
  const live = stage.releases.of('web').filter(({ liveSince }) => liveSince !== null)
  expect(live.map(({ name }) => `releases/${name}`)).toEqual([current])
}

const process_: ProcessFacts = {
  pid: 0,
  parent: 1,
  name: 'node',
  command: 'node server.js',
  user: 0,
  state: 'D',
  memory: 0,
  swap: 0,
  cpu: 0,
  started: 1_000,
}

/** A stage on which one release is live already. */
async function staged(part: Parameters<typeof createStage>[0] = {}, mischief: Mischief = {}) {
  const stage = createStage(part, mischief)
  expect((await stage.run(deploy, web)).end).toMatchObject({ outcome: 'deployed' })
  const first = stage.seen()
  stage.tick(60_000)
  stage.orders.length = 0
  return { stage, first }
}

const strategies = ['reload', 'stop-start', 'blue-green'] as const

describe.skipIf(!hasGit)('deploys with real git and directories', { timeout: 60_000 }, () => {
  test.each(strategies)('%s: a second release, and the way back', async (strategy) => {
    const { stage, first } = await staged({ strategy })
    stage.origin.commit('index.js', 'two')
    const { end } = await stage.run(deploy, web)
    expect(end).toMatchObject({ outcome: 'deployed', ok: true, text: { id: 'deploy-done' } })
    expect(stage.seen().current).not.toBe(first.current)
    expectWhole(stage)

    stage.tick(60_000)
    const release = (first.current ?? '').replace('releases/', '')
    const back = await stage.run(rollback, { service: 'web', release })
    expect(back.end).toMatchObject({ outcome: 'rolled-back', ok: true })
    expect(stage.seen().current).toBe(first.current)
    expectWhole(stage)
  })

  test('what is kept is limited, and what is live is never removed', async () => {
    const { stage, first } = await staged({ keep: 2 })
    for (const what of ['two', 'three', 'four']) {
      stage.origin.commit('index.js', what)
      await stage.run(deploy, web)
      stage.tick(60_000)
    }
    expect(stage.seen().directories).toHaveLength(2)
    expect(stage.seen().directories).not.toContain(first.current)
    expectWhole(stage)
  })

  test('what was live before stays, however old, and what was removed by hand does not count', async () => {
    const { stage, first } = await staged({ keep: 3 })
    const name = (first.current ?? '').replace('releases/', '')
    for (const what of ['two', 'three']) {
      stage.origin.commit('index.js', what)
      await stage.run(deploy, web)
      stage.tick(60_000)
    }
    await stage.run(rollback, { service: 'web', release: name })
    stage.origin.commit('index.js', 'four')
    await stage.run(deploy, web)
    expect(stage.seen().directories).toContain(name)
    expect(stage.seen().directories).toHaveLength(3)

    const [, second = ''] = stage.seen().directories
    rmSync(join(stage.root, 'releases', second), { recursive: true })
    stage.origin.commit('index.js', 'five')
    await stage.run(deploy, web)
    expect(stage.seen().directories).toHaveLength(3)
    expect(stage.seen().rows.join()).not.toContain(second)
  })

  test.each(strategies)('%s: a release that is not healthy gives way', async (strategy) => {
    const { stage, first } = await staged({ strategy })
    stage.origin.commit('index.js', 'bad')
    const { end } = await stage.run(deploy, web)
    expect(end).toMatchObject(
      strategy === 'blue-green'
        ? { outcome: 'failed', text: { id: 'deploy-unchanged' } }
        : { outcome: 'rolled-back', text: { id: 'deploy-undone' } },
    )
    expect(stage.seen().current).toBe(first.current)
    expectWhole(stage)
    // What the new release said, and nothing of what the old one had said before.
    expect(stage.output.join('\n').match(/does not work/g)).toHaveLength(1)
  })

  test('a build that fails changes nothing, and is tried as often as it may', async () => {
    const { stage, first } = await staged({ retry: 3 })
    stage.origin.commit('index.js', 'two')
    const broken = createBroken(stage)
    const { end, trail } = await stage.run(deploy, web)
    expect(end).toMatchObject({ outcome: 'failed', text: { id: 'deploy-unchanged' } })
    expect(steps(trail).match(/build/g)).toHaveLength(3)
    expect(broken()).toBe(3)
    expect(stage.orders).toEqual([])
    expect(stage.seen().current).toBe(first.current)
    expectWhole(stage)
  })

  test('a first release that is not healthy is taken away again', async () => {
    const stage = createStage()
    stage.origin.commit('index.js', 'bad')
    const { end } = await stage.run(deploy, web)
    expect(end).toMatchObject({ outcome: 'failed', text: { id: 'deploy-withdrawn' } })
    expect(stage.seen()).toEqual({
      serves: null,
      current: null,
      directories: [],
      scratch: [],
      rows: [],
    })
  })

  test('blue-green: a copy that ran from no release of ours is asked again', async () => {
    const { stage, first } = await staged({ strategy: 'blue-green' })
    rmSync(join(stage.root, 'current'))
    stage.origin.commit('index.js', 'two')
    stage.mischief.before = (step) => {
      if (step === 'gate') writeFileSync(join(stage.root, 'green', 'built.js'), 'bad')
    }
    const { end, trail } = await stage.run(deploy, web)
    expect(steps(trail)).toContain('cut-over gate withdraw gate-old tidy')
    expect(end).toMatchObject({ outcome: 'failed', text: { id: 'deploy-withdrawn' } })
    expect(stage.seen().serves).toBe(first.current)
  })

  test('blue-green: what would hinder the cut-over is found before anything is changed', async () => {
    const { stage, first } = await staged({ strategy: 'blue-green', bake: 60_000 })
    stage.origin.commit('index.js', 'two')
    for (const broken of ['fetch', 'gate-copy', 'bake']) {
      let step = ''
      stage.mischief.before = (name) => (step = name)
      stage.mischief.nginxRefuses = () => step === broken
      const { end, trail } = await stage.run(deploy, web)
      expect(trail.at(-2)).toMatchObject({ step: broken, end: 'failed' })
      expect(end).toMatchObject({ outcome: 'failed', text: { id: 'deploy-unchanged' } })
      expect(stage.seen().serves).toBe(first.current)
      expectWhole(stage)
    }
  })

  test('a bad watch is told, or acted on where the config says so', async () => {
    const look = () => ({ ok: false, saw: 'HTTP 500', latency: null })
    const { stage, first } = await staged({ watch: 60_000 })
    stage.mischief.look = look
    stage.origin.commit('index.js', 'two')
    const told = await stage.run(deploy, web)
    expect(told.end).toMatchObject({
      outcome: 'deployed',
      more: [{ line: { id: 'deploy-worse' } }],
    })
    expect(stage.seen().current).not.toBe(first.current)

    const careful = await staged({ watch: 60_000, autoRollback: true })
    careful.stage.mischief.look = look
    careful.stage.origin.commit('index.js', 'two')
    const undone = await careful.stage.run(deploy, web)
    expect(undone.end).toMatchObject({ outcome: 'rolled-back' })
    expect(careful.stage.seen().current).toBe(careful.first.current)
    expectWhole(careful.stage)
  })

  test('the watch takes as long as was confirmed, whatever the config says by then', async () => {
    const { stage } = await staged({ watch: 60_000 })
    let looks = 0
    stage.mischief.look = () => {
      looks += 1
      return { ok: true, saw: 'answers', latency: 10 }
    }
    stage.mischief.before = () => void Object.assign(stage.deploy, { watch: 3_600_000 })
    stage.origin.commit('index.js', 'two')
    expect((await stage.run(deploy, web)).end).toMatchObject({ outcome: 'deployed' })
    expect(looks).toBe(13)
  })

  test('where two must never run, nothing starts while the old one may still', async () => {
    const { stage } = await staged({ strategy: 'stop-start', exclusive: true })
    const pid = stage.pid()
    const old = { ...process_, pid }
    stage.mischief.processes = () => [old, { ...process_, pid: pid + 1_000, parent: pid }]
    stage.origin.commit('index.js', 'two')
    const { end, trail } = await stage.run(deploy, web)
    expect(steps(trail)).not.toContain('start')
    expect(stage.orders).not.toContain('start')
    expect(end).toMatchObject({ outcome: 'rollback-failed', severity: 'critical' })
    expect(JSON.stringify(end)).toContain(
      `processes ${pid}, ${pid + 1_000} of the old copy still run`,
    )
  })

  test('the confirmation pins the commit and says what it would do', async () => {
    const { stage } = await staged({ exclusive: false })
    const second = stage.origin.commit('index.js', 'two', 'Say two')
    const asked = await stage.ask(deploy, { service: 'web', ref: 'main' })
    expect(asked.about).toEqual({ service: 'web', ref: 'main', commit: second })
    expect(asked.facts.map(({ id }) => id)).toEqual([
      'deploy-fact-commit',
      'deploy-fact-subject',
      'deploy-fact-since',
    ])
    expect(asked.warnings.map(({ id }) => id)).toEqual(['deploy-warn-gap'])
    expect(asked.steps.join('\n')).toContain('cp index.js built.js')
    stage.origin.commit('index.js', 'three')
    const { end } = await stage.run(deploy, asked.about)
    expect(end.text.args).toMatchObject({ short: second.slice(0, 7) })

    const again = await stage.ask(deploy, { service: 'web', ref: second })
    expect(again.warnings[0]).toEqual({ id: 'deploy-warn-same' })
    const back = await stage.ask(deploy, { service: 'web', ref: `${second}^` }).catch(String)
    expect(back).toContain('there is no branch, tag or commit')
  })

  test('backups that nobody has proven are named before', async () => {
    const known: Readonly<Record<string, Trust>> = { mail: 'proven', notes: 'overdue' }
    const trust = (name: string): Trust => known[name] ?? 'none'
    const stage = createStage({ backup: ['app-db', 'mail', 'notes'] }, { trust })
    const { warnings, steps } = await stage.ask(deploy, web)
    expect(warnings.filter(({ id }) => id === 'deploy-warn-backup')).toEqual([
      { id: 'deploy-warn-backup', args: { backup: 'app-db', trust: 'none' } },
      { id: 'deploy-warn-backup', args: { backup: 'notes', trust: 'overdue' } },
    ])
    expect(steps.join('\n')).toContain('back up app-db, mail, notes')
  })

  test('a service that somebody has stopped is started, which is said before', async () => {
    const { stage } = await staged()
    await stage.stop()
    stage.origin.commit('index.js', 'two')
    const { warnings } = await stage.ask(deploy, web)
    expect(warnings.map(({ id }) => id)).toEqual(['deploy-warn-down'])
    expect((await stage.run(deploy, web)).end).toMatchObject({ outcome: 'deployed' })
    expectWhole(stage)
  })

  test('a host that cannot be reached yet is no place to rehearse', async () => {
    const stage = createStage({ rehearseOn: 'edge' })
    await expect(stage.ask(deploy, web)).rejects.toThrow('edge cannot be worked on')
  })

  test('a directory in the place of the link is refused before anything is done', async () => {
    const stage = createStage()
    mkdirSync(join(stage.root, 'current'))
    await expect(stage.ask(deploy, web)).rejects.toThrow('is no link')
  })

  test.each([
    ['20260101-020304-abcdef0', 'abcdef0', Date.UTC(2026, 0, 1, 2, 3, 4)],
    ['v1', '', null],
    ['checkout', null, null],
  ] as const)(
    'a release that somebody else made live, %s, can be gone back to',
    async (name, digits, at) => {
      const stage = createStage()
      const directory = join(stage.root, 'releases', name)
      mkdirSync(directory, { recursive: true })
      const head = stage.origin.git('rev-parse', 'HEAD')
      if (digits === null) stage.origin.git('clone', '-q', stage.origin.path, directory)
      writeFileSync(join(directory, 'built.js'), 'old')
      const link = join(stage.root, 'current')
      symlinkSync(`./releases/${name}`, link)
      const since = Date.UTC(2026, 0, 31, 1, 10, 11) / 1000
      lutimesSync(link, since, since)
      utimesSync(directory, since, since)
      stage.origin.commit('index.js', 'two')

      const { facts } = await stage.ask(deploy, web)
      expect(facts.map(({ id }) => id).includes('deploy-fact-since')).toBe(digits === null)
      expect((await stage.run(deploy, web)).end).toMatchObject({ outcome: 'deployed' })
      const adopted = stage.releases.of('web').find((one) => one.name === name)
      expect(adopted).toMatchObject({
        state: 'whole',
        commit: digits ?? head,
        subject: 'Deployed by hand, or before Mechanic',
        at: at ?? since * 1000,
        liveSince: null,
        lived: 3_600_000,
      })
      const back = await stage.run(rollback, { service: 'web', release: name })
      expect(back.end).toMatchObject({ outcome: 'rolled-back', ok: true })
      expect(stage.seen().current).toBe(`releases/${name}`)
      expectWhole(stage)
    },
  )

  test('a release that is itself a link, to where somebody keeps it, can be gone back to', async () => {
    const stage = createStage()
    const elsewhere = join(stage.root, '..', 'elsewhere')
    mkdirSync(elsewhere)
    writeFileSync(join(elsewhere, 'built.js'), 'old')
    mkdirSync(join(stage.root, 'releases'))
    symlinkSync(elsewhere, join(stage.root, 'releases', 'v1'))
    symlinkSync('releases/v1', join(stage.root, 'current'))
    stage.origin.commit('index.js', 'bad')
    expect((await stage.run(deploy, web)).end).toMatchObject({ outcome: 'rolled-back' })
    expect(stage.seen()).toMatchObject({ current: 'releases/v1', rows: ['v1 whole'] })
  })

  test('what somebody has pointed current to is what was live, finished by us or not', async () => {
    const { stage, first } = await staged()
    stage.origin.commit('index.js', 'two')
    await stage.run(deploy, web)
    const name = (first.current ?? '').replace('releases/', '')
    for (const state of ['whole', 'building', 'gone'] as const) {
      stage.releases.mark('web', name, state)
      rmSync(join(stage.root, 'current'))
      symlinkSync(`releases/${name}`, join(stage.root, 'current'))
      stage.origin.commit('index.js', `after ${state}`)
      expect((await stage.run(deploy, web)).end).toMatchObject({ outcome: 'deployed' })
      expect(stage.seen().rows).toContain(`${name} whole`)
      stage.tick(60_000)
    }
  })

  test('a link to a release that is gone is nothing to go back to', async () => {
    const stage = createStage()
    symlinkSync('releases/20260101-000000-aaaaaaa', join(stage.root, 'current'))
    const { warnings } = await stage.ask(deploy, web)
    expect(warnings.map(({ id }) => id)).toContain('deploy-warn-first')
    expect((await stage.run(deploy, web)).end.outcome).toBe('deployed')
    expectWhole(stage)
  })
})

/** Has every build fail; returns how often that was. */
function createBroken(stage: Stage): () => number {
  let builds = 0
  Object.assign(stage.deploy, { build: [['false']] })
  stage.mischief.before = (step) => (builds += step === 'build' ? 1 : 0)
  return () => builds
}

const kinds: Readonly<Record<string, (end: JobEnd) => boolean>> = {
  deployed: ({ ok }) => ok,
  failed: ({ text }) => text.id === 'deploy-unchanged',
  'rolled-back': ({ text }) => text.id === 'deploy-undone',
}

const anyKill = fc.record({
  strategy: fc.constantFrom(...strategies),
  content: fc.constantFrom('two', 'bad'),
  at: fc.integer({ min: 1, max: 90 }),
  after: fc.boolean(),
  order: fc.boolean(),
})

describe.skipIf(!hasGit)('a bot that is killed', { timeout: 240_000 }, () => {
  test('leaves one whole release that serves, and says which', async () => {
    await fc.assert(
      fc.asyncProperty(anyKill, async ({ strategy, content, at, after, order }) => {
        const { stage, first } = await staged({ strategy, exclusive: strategy === 'stop-start' })
        stage.origin.commit('index.js', content)
        if (order) stage.mischief.killAtOrder = { order: 1 + (at % 4), after }
        else stage.mischief.killAt = { command: at, after }
        const { end } = await stage.run(deploy, web)
        expect(kinds[end.outcome]?.(end)).toBe(true)
        expect(stage.seen().current === first.current).toBe(end.outcome !== 'deployed')
        expectWhole(stage)
      }),
      tries(8),
    )
  })
})
