import { describe, expect, test } from 'vitest'
import { jobEndMessage } from '../../../src/core/say/job.ts'
import type { RestoreEnd } from '../../../src/core/restore/course.ts'
import { restoreEnd } from '../../../src/jobs/restore/end.ts'
import { type RestoreMemory, unknownYet } from '../../../src/jobs/restore/memory.ts'
import { render } from '../../../src/telegram/render.ts'
import { faultsOf } from '../../support/texts.ts'
import { english, noon } from '../../telegram/support.ts'

const memory: RestoreMemory = {
  ...unknownYet,
  backup: 'app-db',
  host: 'main',
  kind: 'paths',
  server: [],
  to: 'live',
  exclusive: false,
  safety: true,
  snapshot: '4f2c1a9b'.padEnd(64, '0'),
  words: '4f2c1a9b',
  at: noon - 3_600_000,
  begun: noon,
  stamp: '20260115-120000',
  paths: ['/srv/data'],
  data: [],
  services: ['web'],
  ran: ['web'],
  entries: [
    {
      live: "/srv/it's data",
      fresh: "/srv/.mechanic-restore-app-db/srv/it's data",
      aside: "/srv/.before-restore-app-db-20260115-120000/it's data",
    },
    {
      live: '/srv/more',
      fresh: '/srv/.mechanic-restore-app-db/srv/more',
      aside: '/srv/.before-restore-app-db-20260115-120000/more',
    },
  ],
  proven: '2 paths, 1 database',
  kept: [
    "/srv/.before-restore-app-db-20260115-120000/it's data",
    '/srv/.before-restore-app-db-20260115-120000/more',
  ],
  saved: '5'.repeat(64),
}

const end = (part: Partial<RestoreEnd> = {}): RestoreEnd => ({
  outcome: 'done',
  notes: [],
  stopped: false,
  left: false,
  ...part,
})

const words = english()

/** As it is read on the phone. */
function shown(of: RestoreMemory, how: RestoreEnd): string {
  const over = {
    id: 1,
    took: 5_000,
    usual: null,
    by: null,
    cutShort: null,
    hasLog: false,
    lines: [],
  }
  const message = jobEndMessage({ ...over, end: restoreEnd(of, how) })
  expect(faultsOf(message)).toEqual([])
  return render(message, words, { late: false }).plain
}

const failed = (step: string) => ({ step, end: 'failed', why: 'no room on /srv.' }) as const

describe('how a restore ended', () => {
  test('well, over live data', () => {
    const text = shown(memory, end())
    expect(text).toContain('✅ Restored app-db over live data, as of ')
    expect(text).toContain('Whole: 2 paths, 1 database.')
    expect(text).toContain('rm -r /srv/.before-restore-app-db-20260115-120000')
    expect(text.match(/rm -r/g)).toHaveLength(1)
    expect(text).toContain('/restore app-db 55555555')
    expect(text).not.toContain('doubtful')
    expect(text).not.toContain('/restart')
  })

  test('with a doubtful safety backup: why, and how to come back to it', () => {
    const text = shown({ ...memory, doubt: 'it holds 3 rows.' }, end())
    expect(text).toContain('/restore app-db 55555555')
    expect(text).toContain('⚠️ That safety backup is doubtful: it holds 3 rows.')
  })

  test('with a service that somebody had stopped before: it is left so, and told', () => {
    const text = shown({ ...memory, ran: [] }, end({ stopped: false }))
    expect(text).toContain('⏸ web was stopped before, and was left so.')
    expect(text).toContain('/restart web')
    expect(shown({ ...memory, ran: [] }, end({ stopped: true }))).not.toContain('⏸')
  })

  test('as of a point in time: to the second', () => {
    const point = { ...memory, snapshot: null, words: '2026-11-22 12:24:38' }
    expect(shown(point, end())).toContain('as of 2026-11-22 12:24:38')
    const failedAt = end({ outcome: 'unchanged', cause: failed('safety') })
    expect(shown(point, failedAt)).toContain('/restore app-db 2026-11-22 12:24:38 live unsafe')
  })

  test('well, where all had been deleted: there is nothing to remove', () => {
    expect(shown({ ...memory, kept: [], saved: null }, end())).not.toMatch(/rm -r|kept/)
  })

  test('well, to the side', () => {
    const directory = shown({ ...memory, to: 'side', placed: '/var/m/restored/x y' }, end())
    expect(directory).toContain('It is in /var/m/restored/x y.')
    expect(directory).toContain("rm -r '/var/m/restored/x y'")
    const server = ['-h', 'db.example.com', '-U', 'odd role']
    const side = { ...memory, kind: 'postgres', server, to: 'side', placed: 'app_1' } as const
    expect(shown(side, end())).toContain("psql -h db.example.com -U 'odd role' app_1")
    expect(shown(side, end())).toContain("dropdb -h db.example.com -U 'odd role' app_1")
  })

  test('with a service that is not well: it is urgent, and says both', () => {
    const sick = end({ notes: [{ step: 'gate', end: 'failed', why: 'web is not healthy' }] })
    expect(restoreEnd(memory, sick)).toMatchObject({ ok: false, severity: 'critical' })
    const text = shown(memory, sick)
    expect(text).toContain('⚠️ Restored app-db over live data')
    expect(text).toContain('web is not healthy')
    expect(text).toContain('rm -r')
  })

  test('of a validator: held, and what has to be seen before it starts', () => {
    const text = shown({ ...memory, exclusive: true, held: true }, end({ stopped: true }))
    expect(text).toContain('never sign twice')
    expect(text).toContain('web is stopped and held')
  })

  test('of a validator that could not be stopped: nothing is said to be held', () => {
    const how = end({ outcome: 'unchanged', cause: failed('stop'), stopped: true })
    const text = shown({ ...memory, exclusive: true }, how)
    expect(text).toContain('never sign twice')
    expect(text).not.toContain('stopped')
  })

  test('of a validator that was not seen to stop: nothing is said to be stopped', () => {
    const how = end({ outcome: 'unchanged', cause: failed('stop'), stopped: true })
    const text = shown({ ...memory, exclusive: true, held: true }, how)
    expect(text).toContain('web is held, but was not seen to stop')
    expect(text).not.toContain('is stopped')
  })

  test('without anything changed: why', () => {
    const text = shown(memory, end({ outcome: 'unchanged', cause: failed('inspect') }))
    expect(text).toContain('❌ app-db was not restored, nothing was changed')
    expect(text).toContain('Finding out where it stands: no room on /srv')
    expect(text).not.toContain('rm -r')
  })

  test('for want of a safety backup: the way on', () => {
    const text = shown(memory, end({ outcome: 'unchanged', cause: failed('safety') }))
    expect(text).toContain('/restore app-db 4f2c1a9b live unsafe')
  })

  test('stuck: where everything is, loudly', () => {
    const stuck = end({
      outcome: 'stuck',
      cause: failed('swap-in'),
      trouble: failed('swap-back'),
      stopped: true,
    })
    expect(restoreEnd(memory, stuck)).toMatchObject({ severity: 'critical', ok: false })
    const text = shown(memory, stuck)
    expect(text).toContain('🚨')
    expect(text).toContain("/srv/it's data ← /srv/.before-restore-app-db-20260115-120000/it's data")
    expect(text).toContain('⚠️ web is stopped')
  })

  test('taken back, or by a person', () => {
    const undone = end({ outcome: 'undone', cause: failed('swap-in'), left: true })
    expect(shown(memory, undone)).toContain('What was live is live again')
    expect(shown(memory, undone)).toContain('could not be removed')
    const cancelled = end({ outcome: 'cancelled', cause: { step: 'fetch', end: 'cancelled' } })
    expect(shown(memory, cancelled)).toContain('✖️ The restore of app-db was cancelled')
  })
})
