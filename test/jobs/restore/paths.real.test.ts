import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import restore from '../../../src/jobs/restore.ts'
import { recordRestic } from '../../support/recorded.ts'
import { hasRestic } from '../../support/repositories.ts'
import { scratch } from '../../support/tool.ts'
import { fill, leftIn, open, picture } from './files.ts'
import { Killed, openStage, type Stage } from './stage.ts'
import { unservedContext } from './unserved.ts'

describe.skipIf(!hasRestic)('a restore of files', () => {
  test('to the side leaves what is live alone, and says where it is', async () => {
    const { stage, data } = open()
    await stage.backup()
    const before = picture(data)
    rmSync(join(data, 'a'))
    const { end } = await stage.restore('side')
    expect(end).toMatchObject({ ok: true, outcome: 'restored' })
    expect(existsSync(join(data, 'a'))).toBe(false)
    const [place = ''] = readdirSync(join(stage.home, 'restored'))
    const side = join(stage.home, 'restored', place, data)
    expect(picture(side)).toEqual(before)
    expect(JSON.stringify(end.more)).toContain(`rm -r ${join(stage.home, 'restored', place)}`)
    expect(existsSync(join(stage.home, 'scratch', 'restore-app-db'))).toBe(false)
    expect(stage.orders).toEqual([])
  })

  test('starts restic once for each thing that has to be known or done', async () => {
    const restic = recordRestic()
    const { stage } = open({ env: restic.env })
    await stage.backup()
    restic.forget()
    expect(await stage.restore('side')).toMatchObject({ end: { ok: true } })
    const starts = ['snapshots', 'version', 'stats', 'restore', 'list locks']
    expect(restic.starts()).toEqual(starts)
  })

  test('over live data is byte for byte what it was, and keeps what was live', async () => {
    const { stage, top, data } = open()
    await stage.backup()
    const before = picture(data)
    writeFileSync(join(data, 'a'), 'broken')
    writeFileSync(join(data, 'new'), 'since')
    const { end, trail } = await stage.restore('live')
    expect(end).toMatchObject({ ok: true, outcome: 'restored' })
    expect(trail.map(({ step }) => step)).toEqual([
      'clear',
      'inspect',
      'fetch',
      'prove',
      'safety',
      'stop',
      'swap-in',
      'start',
      'gate',
      'tidy',
    ])
    expect(picture(data)).toEqual(before)
    expect(stage.orders).toEqual(['backup', 'stop', 'start'])
    const aside = readdirSync(top).find((name) => name.startsWith('.before-restore-app-db-')) ?? ''
    expect(readFileSync(join(top, aside, 'data', 'new'), 'utf8')).toBe('since')
    expect(JSON.stringify(end.more)).toContain(`rm -r ${join(top, aside)}`)
    expect(leftIn(top)).toEqual([])
  })

  test('leaves what it replaced as no candidate for the newest one', async () => {
    const { stage, data } = open()
    await stage.backup()
    writeFileSync(join(data, 'a'), 'broken')
    await stage.restore('live')
    const { saved } = stage.memory()
    rmSync(join(data, 'a'))
    await stage.restore('live')
    expect(readFileSync(join(data, 'a'))).toHaveLength(5000)
    await stage.restore('live', String(saved).slice(0, 8))
    expect(readFileSync(join(data, 'a'), 'utf8')).toBe('broken')
  })

  test('leaves a doubtful one to whoever names it', async () => {
    const { stage, data } = open()
    await stage.backup()
    rmSync(join(data, 'a'))
    const doubtful = await stage.backup('it holds 2 files, where 3 are usual')
    await stage.restore('live')
    expect(existsSync(join(data, 'a'))).toBe(true)
    await stage.restore('live', doubtful.slice(0, 8))
    expect(existsSync(join(data, 'a'))).toBe(false)
  })

  test('promises nothing about a service that was stopped before, and tells that it still is', async () => {
    const { stage, data } = open()
    await stage.backup()
    rmSync(join(data, 'a'))
    const about = { backup: 'app-db', what: 'latest', to: 'live' }
    const asked = await stage.ask(about)
    expect(asked.steps.join('\n')).toContain('start web')
    expect(asked.facts.map(({ id }) => id)).toContain('restore-kept')
    expect(JSON.stringify(asked.typed)).not.toContain('restore-kept')
    stage.halt()
    const steps = (await stage.ask(about)).steps.join('\n')
    expect(steps).not.toMatch(/^(stop|start|web has) /m)
    expect(steps).toContain('leave stopped, as it is now: web')
    const { end } = await stage.restore('live')
    expect(end).toMatchObject({ ok: true })
    expect(JSON.stringify(end.more)).toContain('restore-resting')
    expect(stage.isUp()).toBe(false)
  })

  test('after everything was deleted, the directory above too', async () => {
    const top = scratch()
    const above = join(top, 'srv')
    fill(join(above, 'data'))
    chmodSync(above, 0o751)
    const stage = openStage({ kind: 'paths', paths: [join(above, 'data')] })
    onTestFinished(stage.close)
    await stage.backup()
    const before = picture(join(above, 'data'))
    rmSync(above, { recursive: true })
    const { end } = await stage.restore('live')
    expect(end.ok).toBe(true)
    expect(picture(join(above, 'data'))).toEqual(before)
    expect(lstatSync(above).mode & 0o777).toBe(0o751)
    expect(stage.orders).not.toContain('backup')
    expect(JSON.stringify(end.more)).not.toContain('rm -r')
  })

  test('puts aside what its source names now and the snapshot does not hold', async () => {
    const top = scratch()
    writeFileSync(join(top, 'keys.db'), 'keys')
    const stage = openStage({ kind: 'paths', paths: [join(top, 'keys.db*')] })
    onTestFinished(stage.close)
    await stage.backup()
    writeFileSync(join(top, 'keys.db-wal'), 'stale')
    const { end } = await stage.restore('live')
    expect(end.ok).toBe(true)
    expect(readdirSync(top).filter((name) => !name.startsWith('.'))).toEqual(['keys.db'])
    await stage.backup()
    expect((await stage.restore('live')).end.ok).toBe(true)
  })

  test('puts aside the journal that a database leaves while its service is stopped', async () => {
    const top = scratch()
    writeFileSync(join(top, 'keys.db'), 'keys')
    const stage = openStage({ kind: 'paths', paths: [join(top, 'keys.db')] })
    onTestFinished(stage.close)
    await stage.backup()
    stage.mischief.after = (step) => {
      if (step === 'stop') writeFileSync(join(top, 'keys.db-journal'), 'hot')
    }
    expect((await stage.restore('live')).end.ok).toBe(true)
    expect(readdirSync(top).filter((name) => !name.startsWith('.'))).toEqual(['keys.db'])
  })

  test('through a link replaces what it leads to, and leaves the link', async () => {
    const top = scratch()
    fill(join(top, 'disk', 'data'))
    symlinkSync(join(top, 'disk'), join(top, 'way'))
    symlinkSync(join(top, 'disk', 'data'), join(top, 'link'))
    const paths = [join(top, 'link'), join(top, 'way', 'data', 'sub')]
    const stage = openStage({ kind: 'paths', paths })
    onTestFinished(stage.close)
    await stage.backup()
    const before = picture(join(top, 'disk', 'data'))
    writeFileSync(join(top, 'disk', 'data', 'a'), 'broken')
    expect((await stage.restore('live')).end.ok).toBe(true)
    expect(picture(join(top, 'link'))).toEqual(before)
    expect(readlinkSync(join(top, 'link'))).toBe(join(top, 'disk', 'data'))
    expect(lstatSync(join(top, 'way')).isSymbolicLink()).toBe(true)
  })

  test.each([true, false])(
    'starts a service that was down only if it had failed: %s',
    async (failed) => {
      const { stage } = open()
      await stage.backup()
      stage.halt()
      stage.mischief.failed = failed
      const { end } = await stage.restore('live')
      expect(end.ok).toBe(true)
      expect(stage.isUp()).toBe(failed)
      expect(JSON.stringify(end.more).includes('restore-resting')).toBe(!failed)
    },
  )

  test('never leaves nothing in the place of what was named since', async () => {
    const { stage, top, data } = open()
    await stage.backup()
    const other = join(top, 'other')
    fill(other)
    Object.assign(stage.config.source, { paths: [data, other] })
    const { end } = await stage.restore('live')
    expect(JSON.stringify(end.text)).toContain(`the snapshot holds nothing of ${other}`)
    expect(existsSync(join(other, 'a'))).toBe(true)
    expect(leftIn(top)).toEqual([])
  })

  test('of a validator starts nothing, and has its service held', async () => {
    const { stage } = open({ exclusive: true })
    await stage.backup()
    const asked = await stage.ask({ backup: 'app-db', what: 'latest', to: 'side' })
    expect(asked.warnings.map(({ id }) => id)).toContain('restore-exclusive')
    const { end } = await stage.restore('live')
    expect(end.ok).toBe(true)
    expect(stage.orders).toEqual(['backup', 'stop'])
    expect(stage.holds.of('web')).toMatchObject({ backup: 'app-db' })
    expect(JSON.stringify(end.more)).toContain('restore-held')
  })

  test('of a validator whose processes nobody knows touches nothing', async () => {
    const { stage } = open({ exclusive: true })
    await stage.backup()
    stage.mischief.mute = true
    const { end } = await stage.restore('live')
    expect(JSON.stringify(end.text)).toContain('does not tell its processes')
    expect(stage.orders).toEqual([])
    expect(stage.holds.of('web')).toBeNull()
  })

  test('takes the newest snapshot that is not after a time', async () => {
    const { stage, data } = open()
    const first = await stage.backup()
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const between = new Date().toISOString().slice(0, 19).replace('T', ' ')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    writeFileSync(join(data, 'new'), 'x')
    const second = await stage.backup()
    const ask = async (what: string) =>
      (await stage.ask({ backup: 'app-db', what, to: 'side' })).about['snapshot']
    expect(await ask(between)).toBe(first)
    expect(await ask('latest')).toBe(second)
    expect(await ask(first.slice(0, 8))).toBe(first)
    await expect(ask('2001-01-01 00:00')).rejects.toThrow('oldest snapshot')
    await expect(ask('2101-01-01 00:00')).rejects.toMatchObject({
      message: '2101-01-01 00:00:00 has not come yet',
      advice: expect.stringMatching(/^It is \d{4}-.* now, in UTC\.$/),
    })
    await expect(ask('deadbeef')).rejects.toThrow('there is no snapshot deadbeef')
    await expect(ask('yesterday')).rejects.toThrow('no snapshot and no time')
  })

  test('is asked about by a restic that no other restore takes for a left over one', async () => {
    const { stage } = open()
    await stage.backup()
    await stage.ask({ backup: 'app-db', what: 'latest', to: 'side' })
    expect(readdirSync(join(stage.home, 'scratch', 'cache', 'app-db'))).toEqual(['asking'])
  })

  test('has to be typed only where something is lost, and says what', async () => {
    const { stage } = open()
    await stage.backup()
    const about = { backup: 'app-db', what: 'latest' }
    expect((await stage.ask({ ...about, to: 'side' })).typed).toBeUndefined()
    const asked = await stage.ask({ ...about, to: 'live' })
    expect(asked.typed?.phrase).toBe('restore app-db')
    expect(asked.typed?.loses.map(({ id }) => id)).toEqual(['restore-loses'])
    // What is ordered after the confirmation is what was shown.
    expect((await stage.ask(asked.about)).steps).toEqual(asked.steps)
    const unsafe = await stage.ask({ ...about, to: 'live', safety: 'off' })
    expect(unsafe.typed?.phrase).toBe('restore app-db without safety')
  })
})

test.skipIf(!hasRestic)('two backups of the same files are not restored at once', async () => {
  const { stage, data } = open()
  const other = openStage({ kind: 'paths', paths: [data] })
  Object.assign(other.config, { name: 'other' })
  onTestFinished(other.close)
  await stage.backup()
  await other.backup()
  const locksOf = async (one: Stage, to: string): Promise<readonly string[]> => {
    const { memory } = await one.ask({ backup: one.config.name, what: 'latest', to })
    return restore.locks(memory, unservedContext())
  }
  const [mine, others] = [await locksOf(stage, 'live'), await locksOf(other, 'live')]
  expect(mine.filter((lock) => others.includes(lock))).toEqual([`data:main:${data}`])
  expect(await locksOf(other, 'side')).toEqual(['restore:other'])
})

describe.skipIf(!hasRestic)('a restore of files that is killed', () => {
  const isForward = new Set(['swap-in', 'gate'])

  test.each([
    'after fetch',
    'after safety',
    'after stop',
    'before swap-in',
    'after swap-in',
    'after gate',
  ])('%s', async (when) => {
    const { stage, top, data } = open()
    await stage.backup()
    const restored = picture(data)
    writeFileSync(join(data, 'a'), 'newer')
    const live = picture(data)
    const [order = '', step = ''] = when.split(' ')
    let killed = false
    const kill = (at: string): void => {
      if (at !== step || killed) return
      killed = true
      throw new Killed()
    }
    if (order === 'before') stage.mischief.before = kill
    else stage.mischief.after = kill
    const { end } = await stage.restore('live')
    expect(killed).toBe(true)
    const isNew = isForward.has(step) && when !== 'before swap-in'
    expect(picture(data)).toEqual(isNew ? restored : live)
    expect(end.ok).toBe(isNew)
    expect(stage.isUp()).toBe(true)
    expect(leftIn(top)).toEqual([])
    expect(existsSync(join(stage.home, 'scratch', 'restore-app-db'))).toBe(false)
  })
})
