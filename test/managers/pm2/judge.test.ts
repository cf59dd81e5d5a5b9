import { describe, expect, it } from 'vitest'
import { type History, nothingSeen } from '../../../src/managers/pm2/history.ts'
import { judge } from '../../../src/managers/pm2/judge.ts'
import { labelled, type Pm2Record, recordsOf } from '../../../src/managers/pm2/process.ts'

const now = 1_000_000

const base: Pm2Record = {
  id: 0,
  name: 'web',
  status: 'online',
  pid: 42,
  started: now - 60_000,
  autorestart: true,
  cron: false,
  stopCodes: [],
  code: null,
  restarts: 0,
  instance: 0,
  cluster: false,
  saysReady: false,
  killTimeout: null,
  cwd: '/srv/web/current',
  module: false,
  outLog: null,
  errorLog: null,
  memory: 1000,
  cpu: 1.5,
}

const died = (ago: number, more: Partial<History> = {}): History => ({
  ...nothingSeen,
  started: base.started,
  ended: 'died',
  deaths: [{ at: now - ago, code: 1, signal: null, lived: 5000 }],
  lostAt: now - ago,
  lostDeaths: 1,
  ...more,
})

const see = (record: Partial<Pm2Record>, history: History = nothingSeen, zombie = false) =>
  judge('', { record: { ...base, ...record }, history, zombie, now })

const stopped = { status: 'stopped', pid: null } as const
const waiting = { status: 'waiting restart' } as const
const running = { running: true, ended: null } as const

describe('a process', () => {
  it.each<[string, Partial<Pm2Record>, History, string, string]>([
    ['that runs', {}, nothingSeen, 'up', 'up for 1m'],
    ['just started', { started: now - 2000 }, nothingSeen, 'starting', 'started 2s ago'],
    ['launching for long', { status: 'launching' }, nothingSeen, 'starting', 'started 1m ago'],
    [
      'online without a pid, at first',
      { pid: null, started: now - 9999 },
      nothingSeen,
      'starting',
      'online without a process',
    ],
    [
      'online without a pid for 10 s',
      { pid: null, started: now - 10_000 },
      nothingSeen,
      'down',
      'online without a process',
    ],
    ['stopped by somebody', stopped, { ...nothingSeen, ended: 'ordered' }, 'stopped', 'stopped'],
    [
      'stopped while the bot was away',
      stopped,
      { ...nothingSeen, ended: 'unseen' },
      'stopped',
      'stopped',
    ],
    [
      'stopped with a stop code',
      { ...stopped, stopCodes: [3], code: 3 },
      { ...nothingSeen, ended: 'ordered' },
      'stopped',
      'ended with its stop code 3',
    ],
    [
      'at rest between two scheduled runs',
      { ...stopped, cron: true, autorestart: false },
      { ...nothingSeen, ended: 'ordered' },
      'stopped',
      'not running, starts on its schedule',
    ],
    [
      'failed in its scheduled run',
      { ...stopped, cron: true, autorestart: false },
      died(0),
      'down',
      'exited with code 1',
    ],
    [
      'dead, autorestart off',
      { ...stopped, autorestart: false },
      died(0),
      'down',
      'exited with code 1',
    ],
    ['dead, about to be restarted', stopped, died(9999), 'starting', 'exited with code 1'],
    ['dead, never restarted', stopped, died(10_000), 'down', 'exited with code 1'],
    [
      'waiting for its restart',
      waiting,
      died(9999),
      'starting',
      'exited with code 1, waits for its restart',
    ],
    [
      'waiting for 10 s',
      waiting,
      died(10_000),
      'down',
      'exited with code 1, waits for its restart',
    ],
    [
      'waiting for what never comes',
      { ...waiting, autorestart: false },
      died(0),
      'down',
      'exited with code 1, waits for its restart',
    ],
    [
      'given up with a restart delay',
      waiting,
      died(0, { errored: true }),
      'down',
      'PM2 gave up, exited with code 1',
    ],
    [
      'stopped with a restart delay',
      waiting,
      { ...nothingSeen, ended: 'ordered' },
      'stopped',
      'stopped',
    ],
    [
      'errored, never seen before',
      { status: 'errored', pid: null, code: 7 },
      nothingSeen,
      'down',
      'errored: PM2 gave up, exited with code 7',
    ],
    [
      'back after one death',
      { started: now - 9000 },
      died(20_000, running),
      'starting',
      'started 9s ago',
    ],
    [
      'dying again and again',
      { started: now - 100 },
      died(10_000, { ...running, lostDeaths: 2 }),
      'down',
      'died 2 times in a row, exited with code 1',
    ],
    [
      'stable after deaths',
      { started: now - 10_000 },
      died(60_000, { ...running, lostDeaths: 9 }),
      'up',
      'up for 10s',
    ],
    ['being stopped', { status: 'stopping' }, nothingSeen, 'starting', 'is being stopped'],
    [
      'of a status unknown today',
      { status: 'hibernating' },
      nothingSeen,
      'starting',
      'hibernating',
    ],
  ])('%s', (_, record, history, state, saw) => {
    expect(see(record, history)).toMatchObject({ state, saw })
  })

  it.each<[string, Partial<Pm2Record>, History['ended'], boolean]>([
    ['that the bot saw ordered', { autorestart: false }, 'ordered', true],
    ['that nobody saw', { autorestart: false }, 'unseen', false],
    ['before anything was seen', { autorestart: false }, null, false],
    ['of what PM2 would have restarted', {}, 'unseen', true],
    ['with a stop code', { autorestart: false, stopCodes: [3], code: 3 }, 'unseen', true],
    ['with 0, as after a kill', { autorestart: false, stopCodes: [0], code: 0 }, 'unseen', false],
    ['between two scheduled runs', { autorestart: false, cron: true }, 'unseen', false],
  ])('that rests tells whether its stop can be told from a death: one %s', (...given) => {
    const [, record, ended, known] = given
    const { state, witnessed = true } = see({ ...stopped, ...record }, { ...nothingSeen, ended })
    expect({ state, witnessed }).toEqual({ state: 'stopped', witnessed: known })
  })

  it('that is a zombie is dead, whatever PM2 says', () => {
    expect(see({}, nothingSeen, true)).toMatchObject({ state: 'down', pid: null, since: null })
  })

  it('tells the signal where it is known, and the last ends', () => {
    const deaths = [{ at: 0, code: 0, signal: 'SIGKILL', lived: 2000 }]
    expect(see({ ...stopped, autorestart: false }, died(0, { deaths }))).toMatchObject({
      saw: 'killed by SIGKILL',
      ends: ['1970-01-01T00:00:00Z killed by SIGKILL after 2s'],
    })
  })

  it('shows neither pid nor memory while it does not run', () => {
    expect(see(stopped)).not.toHaveProperty('memory')
    expect(see({ ...waiting, pid: 42 }, died(0))).toMatchObject({ pid: null, since: null })
  })
})

describe('labels', () => {
  const one = (id: number, instance: number | null) => ({ record: { ...base, id, instance } })
  const names = (...all: readonly { record: Pm2Record }[]) =>
    labelled(all).map(({ label }) => label)

  it('are empty for one, the instance number for several, the id where that says nothing', () => {
    expect(names(one(7, 0))).toEqual([''])
    expect(names(one(9, 10), one(8, 2))).toEqual(['2', '10'])
    expect(names(one(9, 0), one(8, 0))).toEqual(['8', '9'])
    expect(names(one(9, null), one(8, 0))).toEqual(['8', '9'])
  })
})

describe('the answer of the daemon', () => {
  it('is reduced to what is needed, without the environment', () => {
    const env = {
      pm_id: 3,
      name: 'web',
      status: 'online',
      SECRET: 'hunter2',
      env: { SECRET: 'hunter2' },
    }
    const more = {
      autorestart: 'false',
      cron_restart: '0',
      stop_exit_codes: '3',
      instance_var: 'N',
      N: '4',
    }
    const [record] = recordsOf([
      { pid: 12, pm2_env: { ...env, ...more }, monit: { memory: 5, cpu: 1 } },
    ])
    expect(record).toMatchObject({
      id: 3,
      pid: 12,
      autorestart: false,
      cron: false,
      stopCodes: [3],
      instance: 4,
    })
    expect(JSON.stringify(record)).not.toContain('hunter2')
  })

  it('may hold nonsense and the old half of a reload', () => {
    expect(recordsOf('what')).toEqual([])
    expect(recordsOf([null, { pm2_env: { pm_id: '_old_0', name: 'web' } }, 3])).toEqual([])
  })
})
