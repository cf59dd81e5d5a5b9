import { describe, expect, test } from 'vitest'
import handler from '../../handlers/restore.ts'
import type { BackupView, SnapshotView } from '../../src/contract/view.ts'
import { backup, fakeHouse, noon } from './house.ts'
import { admin, buttonsOf, press, type } from './support.ts'

const snapshot = (fields: Partial<SnapshotView> = {}): SnapshotView => ({
  id: '4f2c1a9b',
  at: noon - 7_200_000,
  bytes: 1_288_490_189,
  ...fields,
})

const houseWith = (backups: BackupView[], snapshots: SnapshotView[] = [snapshot()]) => {
  const house = fakeHouse()
  house.state.backups = backups
  house.state.snapshots = snapshots
  return house
}

const job = (what: string, to: string, more = {}) => ({
  do: 'job',
  kind: 'restore',
  about: { backup: 'app-db', what, to, ...more },
})

describe('/restore', () => {
  test('is for admins, its buttons too', () => {
    expect(handler.commands['restore']?.role).toBe('admin')
    const roles = Object.values(handler.presses ?? {}).map(({ role }) => role)
    expect(new Set(roles)).toEqual(new Set(['admin']))
  })

  test('offers the backups', async () => {
    const heard = await type(handler, '/restore', { house: houseWith([backup('app-db')]) })
    expect(buttonsOf(heard)).toEqual([['app-db', 'restore:app-db']])
  })

  test('says that there are none', async () => {
    const heard = await type(handler, '/restore')
    expect(heard.texts[0]).toContain('no backups')
  })

  test('shows the newest ten snapshots, doubtful ones as such', async () => {
    const all = Array.from({ length: 12 }, (_, n) =>
      snapshot({ id: `4f2c1a${10 + n}`, ...(n === 1 && { doubt: 'half as large' }) }),
    )
    const house = houseWith([backup('app-db')], all)
    const heard = await press(handler, 'restore:app-db', { house, by: admin })
    expect(heard.texts[0]).toContain('app-db: 12 snapshots')
    expect(heard.texts[0]).toContain('4f2c1a11 · ⚠️ half as large')
    expect(heard.texts[0]).toContain('2 h old, 1.2 GiB · 4f2c1a10')
    expect(heard.texts[0]).toContain('/restore app-db latest')
    expect(buttonsOf(heard)).toHaveLength(10)
    expect(buttonsOf(heard)[0]?.[1]).toBe('restore-at:app-db:4f2c1a10')
  })

  test('says no size where none is known', async () => {
    const house = houseWith([backup('app-db')], [snapshot({ bytes: null })])
    const heard = await type(handler, '/restore app', { house })
    expect(heard.texts[0]).toContain('2 h old · 4f2c1a9b')
  })

  test('tells snapshots of one minute apart, and what was live before a restore', async () => {
    const all = [snapshot({ id: 'e71697cc', safety: true, doubt: 'rows are gone' }), snapshot()]
    const heard = await type(handler, '/restore app', { house: houseWith([backup('app-db')], all) })
    expect(heard.texts[0]).toContain('e71697cc · 🛟 what was live before a restore')
    const [first, second] = buttonsOf(heard).map(([label]) => label)
    expect(first).toMatch(/ · e71697cc 🛟$/)
    expect(second).toMatch(/ · 4f2c1a9b$/)
  })

  test('says where any moment can be restored', async () => {
    const house = houseWith([backup('app-db', { points: true })])
    const heard = await type(handler, '/restore app', { house })
    expect(heard.texts[0]).toContain('Any moment can be restored')
  })

  test.each([
    ['/restore app-db 4f2c1a9b', '4f2c1a9b'],
    ['/restore app-db "2026-11-21 03:00"', '2026-11-21 03:00'],
    ['/restore app-db “2026-11-21 03:00”', '2026-11-21 03:00'],
    ['/restore app-db latest', 'latest'],
  ])('%s asks where to', async (text, what) => {
    const house = houseWith([backup('app-db')])
    const heard = await type(handler, text, { house })
    expect(heard.asked).toEqual([])
    const buttons = buttonsOf(heard)
    expect(buttons).toEqual([
      ['To the side', `side:app-db:${what}`],
      ['Over live data', `live:app-db:${what}`],
    ])
    for (const [, data = ''] of buttons) {
      const [to] = data.split(':')
      const then = await press(handler, data, { house, by: admin })
      expect(then.asked).toEqual([job(what, to ?? '')])
    }
  })

  test('takes it all at once', async () => {
    const house = houseWith([backup('app-db')])
    const ask = async (text: string) => (await type(handler, text, { house })).asked
    expect(await ask('/restore app latest side')).toEqual([job('latest', 'side')])
    expect(await ask('/restore app-db 2026-11-21 03:00 live unsafe')).toEqual([
      job('2026-11-21 03:00', 'live', { safety: 'off' }),
    ])
  })

  test('a button too long for Telegram is not made', async () => {
    const name = 'a'.repeat(40)
    const house = houseWith([backup(name)])
    const heard = await type(handler, `/restore ${name} 2026-11-21 03:00:15`, { house })
    expect(buttonsOf(heard)).toEqual([])
    expect(heard.texts[0]).toContain('side (or live)')
  })

  test('a button of a backup that is gone says so', async () => {
    const heard = await press(handler, 'restore-at:old:4f2c1a9b', {
      house: houseWith([]),
      by: admin,
    })
    expect(heard.answers).toEqual(['This backup is no longer there.'])
  })
})
