import { describe, expect, test } from 'vitest'
import handler from '../../handlers/backup.ts'
import status from '../../handlers/status.ts'
import { verbatim } from '../../src/contract/message.ts'
import type { BackupView } from '../../src/contract/view.ts'
import { backup, fakeHouse, incident, noon } from './house.ts'
import { buttonsOf, operator, press, type } from './support.ts'

const day = 86_400_000

const houseWith = (...backups: BackupView[]) => {
  const house = fakeHouse()
  house.state.backups = backups
  return house
}

const drill = { kind: 'drill', at: noon - day, ok: true, text: verbatim('restored') } as const
const jobOf = (kind: string, name = 'app-db') => ({ do: 'job', kind, about: { backup: name } })

/** `app-db`, and what else is to be said of it; a backup that was never drilled has no `drill`. */
const undrilled = ({ drill: _drill, ...rest }: BackupView): BackupView => rest
const empty = ({ newest: _newest, ...rest }: BackupView): BackupView => rest

describe('/backup', () => {
  test.each<[string, BackupView, string]>([
    ['proven', backup('a'), '🟢 a: 2 h old, 1.2 GiB · proven 1 d ago · next '],
    [
      'not proven',
      undrilled(backup('a', { trust: 'unproven' })),
      '🟡 a: 2 h old, 1.2 GiB · not proven yet',
    ],
    [
      'overdue',
      backup('a', { trust: 'overdue' }),
      '🔴 a: 2 h old, 1.2 GiB · last proven 1 d ago, which is too',
    ],
    [
      'never proven',
      undrilled(backup('a', { trust: 'overdue' })),
      '🔴 a: 2 h old, 1.2 GiB · never proven',
    ],
    [
      'a failed drill',
      backup('a', { trust: 'failed', drill: { ...drill, ok: false } }),
      '🔴 a: 2 h old, 1.2 GiB · the last drill failed',
    ],
    [
      'a failed verification',
      backup('a', { trust: 'failed', verify: { ...drill, kind: 'verify', ok: false } }),
      '🔴 a: 2 h old, 1.2 GiB · the last verification failed',
    ],
    ['not due yet', empty(backup('a', { trust: 'new' })), '🟡 a: not taken yet · next '],
    ['nothing there', empty(backup('a', { trust: 'none' })), '🔴 a: no good snapshot · next '],
    [
      'running',
      backup('a', { running: true }),
      '🟢 a: 2 h old, 1.2 GiB · proven 1 d ago · ⏳ running',
    ],
    ['unscheduled', backup('a', { next: null }), '🟢 a: 2 h old, 1.2 GiB · proven 1 d ago'],
    [
      'a run that was not good',
      backup('a', { failure: { at: noon - 60_000, why: 'away' } }),
      '🟡 a: 2 h old, 1.2 GiB · proven 1 d ago · ⚠️ last run was not good (',
    ],
  ])('shows what is %s', async (_, view, text) => {
    const heard = await type(handler, '/backup', { house: houseWith(view) })
    expect(heard.texts[0]).toContain(text)
    expect(buttonsOf(heard)).toEqual([['a', 'backup:a']])
  })

  test('what is wrong stands first', async () => {
    const views = [
      backup('a'),
      backup('b', { trust: 'failed', drill: { ...drill, ok: false } }),
      undrilled(backup('c', { trust: 'unproven' })),
      backup('d'),
    ]
    const heard = await type(handler, '/backup', { house: houseWith(...views) })
    expect(buttonsOf(heard).map(([name]) => name)).toEqual(['b', 'c', 'a', 'd'])
  })

  test('an incident dims the light, a critical one turns it red', async () => {
    const house = houseWith(backup('a'))
    house.state.incidents = [incident(1, { check: 'a' })]
    expect((await type(handler, '/backup', { house })).texts[0]).toContain('🟡 a')
    house.state.incidents = [incident(1, { check: 'a', severity: 'critical' })]
    expect((await type(handler, '/backup', { house })).texts[0]).toContain('🔴 a')
  })

  test('says what to write where there is none', async () => {
    const { texts } = await type(handler, '/backup')
    expect(texts[0]).toContain('There are no backups.')
    expect(texts[0]).toContain('repository: /mnt/backups/app')
  })

  test('a wrong name gets the nearest', async () => {
    const heard = await type(handler, '/backup xyz', { house: houseWith(backup('app-db')) })
    expect(buttonsOf(heard)).toEqual([['app-db', 'backup:app-db']])
  })
})

describe('the card of a backup', () => {
  test('tells all of it, by name or by button', async () => {
    const view = backup('app-db', {
      failure: { at: noon - 60_000, why: 'the server is away' },
      verify: { kind: 'verify', at: noon - 2 * day, ok: true, text: verbatim('part 3 of 10') },
      lag: 3_000,
    })
    const house = houseWith(view)
    const typed = await type(handler, '/backup app', { house })
    expect((await press(handler, 'backup:app-db', { house })).texts).toEqual(typed.texts)
    const [text = ''] = typed.texts
    for (const part of [
      '🟡 app-db · PostgreSQL app',
      'In /srv/backups',
      '(2 h old), 1.2 GiB, 4f2c1a9b',
      ': the server is away',
      '✅ Drill ',
      'restored in 12 s',
      'A restore takes 12 s; the data in it was 2 h old.',
      '✅ Verified ',
      'part 3 of 10',
      'The replica is 3 s behind.',
      'Next run ',
    ])
      expect(text).toContain(part)
  })

  test('of one that was not taken yet says no more than that', async () => {
    const view = empty(undrilled(backup('app-db', { trust: 'none' })))
    const { texts } = await type(handler, '/backup app-db', { house: houseWith(view) })
    expect(texts[0]).toContain('There is no good snapshot yet.')
    expect(texts[0]).not.toContain('Nobody has restored it yet')
    const fresh = houseWith({ ...view, trust: 'new' })
    expect((await type(handler, '/backup app-db', { house: fresh })).texts[0]).toContain(
      'It was not taken yet.',
    )
  })

  test('rounds what a restore takes to seconds', async () => {
    const view = backup('app-db', { drill: { ...drill, rto: 658, rpo: 3_000 } })
    const { texts } = await type(handler, '/backup app-db', { house: houseWith(view) })
    expect(texts[0]).toContain('A restore takes under a second; the data in it was 3 s old.')
  })

  test('tells why nobody knows how far its replica is behind', async () => {
    const view = backup('app-db', { lag: null, trouble: 'not in WAL mode' })
    const { texts } = await type(handler, '/backup app-db', { house: houseWith(view) })
    expect(texts[0]).toContain('⚠️ The replica: not in WAL mode')
    expect(texts[0]).not.toContain('Nobody can tell')
  })

  test('of one that was never drilled says so', async () => {
    const view = undrilled(
      backup('app-db', { trust: 'unproven', scheduled: false, next: null, lag: null }),
    )
    const { texts } = await type(handler, '/backup app-db', { house: houseWith(view) })
    expect(texts[0]).toContain('Nobody has restored it yet.')
    expect(texts[0]).toContain('Nobody can tell how far the replica is behind.')
    expect(texts[0]).toContain('It has no schedule')
  })

  test('of one whose schedule nobody has applied says so', async () => {
    const house = houseWith(backup('app-db', { next: null }))
    const { texts } = await type(handler, '/backup app-db', { house })
    expect(texts[0]).toContain('It does not run by itself yet')
  })

  test('has its buttons, and Restore for admins', async () => {
    const house = houseWith(backup('app-db'))
    const mine = buttonsOf(await type(handler, '/backup app-db', { house }))
    expect(mine).toEqual([
      ['Back up app-db', 'backup-now:app-db'],
      ['Drill app-db', 'backup-drill:app-db'],
      ['Verify app-db', 'backup-verify:app-db'],
      ['Restore app-db', 'restore:app-db'],
    ])
    const theirs = buttonsOf(await type(handler, '/backup app-db', { house, by: operator }))
    expect(theirs).toEqual(mine.slice(0, 3))
  })

  test('of an empty one offers nothing to restore, and nothing to try out', async () => {
    const house = houseWith(empty(backup('app-db', { trust: 'none' })))
    expect(buttonsOf(await type(handler, '/backup app-db', { house }))).toEqual([
      ['Back up app-db', 'backup-now:app-db'],
    ])
  })

  test('long names still fit into the buttons', async () => {
    const name = 'a'.repeat(40)
    const heard = await type(handler, `/backup ${name}`, { house: houseWith(backup(name)) })
    for (const [, data] of buttonsOf(heard)) expect(data.length).toBeLessThanOrEqual(64)
    expect(`backup-accept:${name}:4f2c1a9b`.length).toBeLessThanOrEqual(64)
  })
})

describe('what is done', () => {
  test.each([
    ['now', 'backup'],
    ['verify', 'verify'],
    ['ver', 'verify'],
    ['drill', 'drill'],
    ['unlock', 'unlock'],
  ])('/backup app-db %s asks for a job', async (word, kind) => {
    const house = houseWith(backup('app-db'))
    expect((await type(handler, `/backup app ${word}`, { house })).asked).toEqual([jobOf(kind)])
  })

  test.each([
    ['backup-now', 'backup'],
    ['backup-verify', 'verify'],
    ['backup-drill', 'drill'],
    ['backup-unlock', 'unlock'],
  ])('the button %s asks for a job', async (verb, kind) => {
    const house = houseWith(backup('app-db'))
    expect((await press(handler, `${verb}:app-db`, { house })).asked).toEqual([jobOf(kind)])
    expect((await press(handler, `${verb}:gone`, { house })).answers).toEqual([
      'This backup is no longer there.',
    ])
    expect(handler.presses?.[verb]).toEqual({ role: 'operator' })
  })

  test('another word does nothing', async () => {
    const house = houseWith(backup('app-db'))
    const heard = await type(handler, '/backup app-db delete', { house })
    expect(heard.asked).toEqual([])
    expect(heard.texts[0]).toContain('now, verify, drill, unlock')
  })

  test('Accept makes a doubtful snapshot good, once', async () => {
    const house = houseWith(backup('app-db'))
    house.state.doubtful = ['4f2c1a9b']
    const data = 'backup-accept:app-db:4f2c1a9b'
    expect((await press(handler, data, { house })).answers).toEqual([
      '✅ 4f2c1a9b of app-db counts as good now.',
    ])
    expect(house.state.accepted).toEqual(['app-db 4f2c1a9b by Asha'])
    house.state.doubtful = []
    expect((await press(handler, data, { house })).answers).toEqual([
      'Nothing is doubtful about 4f2c1a9b of app-db any more.',
    ])
  })
})

describe('/status', () => {
  test('shows the backups with which something is wrong', async () => {
    const house = houseWith(
      backup('well'),
      undrilled(backup('young', { trust: 'unproven' })),
      backup('old', { trust: 'overdue' }),
      backup('sick', { failure: { at: noon, why: 'away' } }),
    )
    const { texts } = await type(status, '/status', { house })
    expect(texts[0]).toContain('⚠️ 2 things are wrong')
    expect(texts[0]).toContain('💾 Backups\n• 🔴 old')
    expect(texts[0]).toContain('🟡 sick')
    expect(texts[0]).not.toMatch(/ well:|young/)
  })

  test('is silent about those that are well', async () => {
    const { texts } = await type(status, '/status', { house: houseWith(backup('well')) })
    expect(texts[0]).not.toContain('💾')
  })
})
