import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mountDisk } from '../../deploy/support/disk.ts'
import { hasRestic } from '../../support/repositories.ts'
import { scratch } from '../../support/tool.ts'
import { fill, open, picture } from './files.ts'
import { openStage } from './stage.ts'

describe.skipIf(!hasRestic)('a restore of files that fails', () => {
  test('for want of a safety snapshot changes nothing, and says how to go on', async () => {
    const { stage, data } = open()
    const snapshot = await stage.backup()
    rmSync(join(data, 'a'))
    const live = picture(data)
    stage.mischief.before = (step) => {
      if (step === 'safety') chmodSync(stage.config.repository, 0o755)
      if (step === 'safety') rmSync(join(stage.config.repository, 'config'))
    }
    const { end } = await stage.restore('live').catch((error: unknown) => {
      throw error
    })
    expect(end).toMatchObject({ ok: false, outcome: 'failed' })
    expect(picture(data)).toEqual(live)
    expect(JSON.stringify(end.more)).toContain(
      `/restore app-db ${snapshot.slice(0, 8)} live unsafe`,
    )
    expect(stage.orders).toEqual(['backup'])
  })

  test('for want of room on one of its disks changes nothing, and names that disk', async (context) => {
    const disk = mountDisk()
    if (!disk) {
      context.skip('needs the right to mount')
      return
    }
    const one = join(scratch(), 'one')
    fill(one)
    fill(disk.path)
    const stage = openStage({ kind: 'paths', paths: [one, disk.path] })
    onTestFinished(stage.close)
    await stage.backup()
    disk.fill()
    const { end, trail } = await stage.restore('live')
    expect(trail.map(({ step, end }) => `${step} ${end}`)).toContain('inspect failed')
    expect(JSON.stringify(end)).toContain(`are needed on ${dirname(disk.path)} of main`)
    disk.free()
    expect(await stage.restore('live')).toMatchObject({ end: { ok: true } })
  })

  test('in the middle of the swap goes back', async () => {
    const top = scratch()
    for (const name of ['one', 'two']) fill(join(top, name))
    const stage = openStage({ kind: 'paths', paths: [join(top, 'one'), join(top, 'two')] })
    onTestFinished(stage.close)
    await stage.backup()
    writeFileSync(join(top, 'one', 'a'), 'newer')
    const live = picture(join(top, 'one'))
    stage.mischief.before = (step) => {
      // What is restored of the second one is gone: it can be put aside, but nothing takes its place.
      if (step === 'swap-in')
        rmSync(join(top, '.mechanic-restore-app-db', top, 'two'), { recursive: true })
      if (step === 'swap-in') rmSync(join(top, 'two'), { recursive: true })
    }
    const { end, trail } = await stage.restore('live')
    expect(trail.map(({ step }) => step)).toContain('swap-back')
    expect(picture(join(top, 'one'))).toEqual(live)
    expect(end).toMatchObject({ ok: false, severity: 'critical', outcome: 'restore-stuck' })
    expect(JSON.stringify(end.more)).toContain(join(top, 'two'))
  })

  test('because somebody has removed what was restored leaves what is live, and says so', async () => {
    const { stage, top, data } = open()
    await stage.backup()
    writeFileSync(join(data, 'a'), 'newer')
    const live = picture(data)
    stage.mischief.before = (step) => {
      if (step === 'swap-in') rmSync(join(top, '.mechanic-restore-app-db'), { recursive: true })
    }
    const { end } = await stage.restore('live')
    expect(end).toMatchObject({ ok: false, outcome: 'failed' })
    expect(JSON.stringify(end.text)).toContain('somebody has removed it')
    expect(picture(data)).toEqual(live)
    expect(stage.isUp()).toBe(true)
  })

  test('to become healthy keeps the restored data, and is loud about it', async () => {
    const { stage, data } = open()
    await stage.backup()
    const before = picture(data)
    writeFileSync(join(data, 'a'), 'broken')
    stage.mischief.sick = true
    const { end } = await stage.restore('live')
    expect(end).toMatchObject({ ok: false, outcome: 'restored', severity: 'critical' })
    expect(picture(data)).toEqual(before)
    expect(JSON.stringify(end.more)).toContain('HTTP 500')
  })

  test('because a database in it is damaged', async () => {
    const { stage, data } = open()
    writeFileSync(join(data, 'x.db'), `SQLite format 3\0${'x'.repeat(4_000)}`)
    await stage.backup()
    const { end } = await stage.restore('live')
    expect(end).toMatchObject({ ok: false, outcome: 'failed' })
    expect(JSON.stringify(end.text)).toContain('x.db')
    expect(stage.orders).toEqual([])
  })
})
