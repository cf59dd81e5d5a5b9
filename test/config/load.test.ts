import { describe, expect, test } from 'vitest'
import { configOf } from './load.ts'

const checkOf = (text: string, name: string) => {
  const found = configOf(text).checks.find((check) => check.name === name)
  if (found === undefined) throw new Error(`no check ${name}`)
  return found
}
const levelsOf = (text: string, name: string) =>
  checkOf(text, name).levels.map(({ severity, text: words, failures }) => [
    severity,
    words,
    failures,
  ])

describe('a file that says nothing', () => {
  test.each(['', '# nothing\n', '\uFEFF', 'checks:\nnotify:\n', '{}', '---\n'])('%j', (text) => {
    const config = configOf(text)
    expect(config).toMatchObject({
      timezone: 'Asia/Kolkata',
      language: 'en',
      defaults: true,
      discover: true,
      operators: [],
      hosts: [{ name: 'main', local: true }],
      services: [],
      fixes: [],
      notify: {
        chat: { id: 0 },
        quietHours: { from: '22:00', to: '07:00' },
        heartbeat: { schedule: '0 9 * * *', send: 'on-change' },
      },
    })
    expect(config.checks.map(({ name }) => name)).toEqual([
      'cpu',
      'memory',
      'swap',
      'load',
      'disk',
      'systemd',
    ])
  })

  test('or is not there', () => {
    const config = configOf('ignored: yes', { file: null })
    expect(config.file).toBeNull()
    expect(config.checks).toHaveLength(6)
  })
})

describe('the built-in checks', () => {
  test('are off as a whole', () => {
    for (const off of ['off', 'false'])
      expect(configOf(`defaults: ${off}`)).toMatchObject({
        checks: [],
        discover: false,
        defaults: false,
      })
    for (const on of ['on', 'true']) expect(configOf(`defaults: ${on}`).checks).toHaveLength(6)
  })

  test('give way to any check of their kind', () => {
    const names = configOf('checks: { root: { kind: disk, path: / } }').checks.map(
      ({ name }) => name,
    )
    expect(names).toEqual(['cpu', 'memory', 'swap', 'load', 'systemd', 'root'])
  })

  test('keep watching under another name when theirs is taken', () => {
    const config = configOf('checks: { cpu: { kind: http, url: "http://cpu.example/" } }')
    expect(config.checks.filter(({ kind }) => kind === 'cpu').map(({ name }) => name)).toEqual([
      'main-cpu',
    ])
  })

  test('of PM2 give way to a pm2 check', () => {
    expect(configOf('checks: { p: { kind: pm2 } }').discover).toBe(false)
  })
})

describe('levels', () => {
  test('are the kind’s where the file names none, both metrics of them', () => {
    expect(levelsOf('checks: { d: { kind: disk } }', 'd')).toEqual([
      ['critical', 'used > 90%', 1],
      ['critical', 'inodes > 90%', 1],
      ['warning', 'used > 85%', 1],
      ['warning', 'inodes > 85%', 1],
    ])
  })

  test('named in the file replace all of the kind’s', () => {
    expect(levelsOf('checks: { d: { kind: disk, warning: "> 70%" } }', 'd')).toEqual([
      ['warning', '> 70%', 1],
    ])
    expect(
      levelsOf('checks: { d: { kind: disk, info: "> 70%", critical: "free < 1GiB" } }', 'd'),
    ).toEqual([
      ['critical', 'free < 1GiB', 1],
      ['info', '> 70%', 1],
    ])
  })

  test('take the kind’s failures, or 1 with "for", or what the file says', () => {
    const http = (rest: string) =>
      levelsOf(`checks: { s: { kind: http, url: "http://a/"${rest} } }`, 's')
    expect(http('')).toEqual([
      ['critical', 'down', 3],
      ['warning', 'unmet', 3],
    ])
    expect(http(', critical: down for 5m')).toEqual([
      ['critical', 'down for 5m', 1],
      ['warning', 'unmet', 3],
    ])
    expect(http(', critical: down for 5m, failures: 2')).toEqual([
      ['critical', 'down for 5m', 2],
      ['warning', 'unmet', 2],
    ])
  })

  test('severity is the level of what has no threshold of its own', () => {
    const http = (rest: string) =>
      levelsOf(`checks: { s: { kind: http, url: "http://a/", ${rest} } }`, 's')
    expect(http('severity: critical')).toEqual([
      ['critical', 'down', 3],
      ['critical', 'unmet', 3],
    ])
    expect(http('severity: info')).toEqual([
      ['info', 'down', 3],
      ['info', 'unmet', 3],
    ])
    expect(http('severity: info, critical: down')).toEqual([
      ['critical', 'down', 3],
      ['info', 'unmet', 3],
    ])
    expect(http('severity: info, critical: unmet')).toEqual([['critical', 'unmet', 3]])
    expect(
      levelsOf('checks: { m: { kind: memory, severity: critical } }', 'm').map(([level]) => level),
    ).toEqual(['critical', 'warning'])
  })
})

describe('recovery', () => {
  const recover = (rest: string) => checkOf(`checks: { d: { kind: disk${rest} } }`, 'd').recover
  test('is the kind’s own with the kind’s levels, and the usual one with others', () => {
    expect(recover('')).toEqual({ threshold: { metric: 'used', op: '<', value: 80, for: 0 } })
    expect(recover(', warning: "> 95%"')).toEqual({ runs: 2, margin: 'default' })
  })
  test('can be a count or a condition', () => {
    expect(recover(', recover: 5')).toEqual({ runs: 5, margin: 'none' })
    expect(recover(', warning: "free < 5GiB", recover: "free > 6GiB"')).toEqual({
      threshold: { metric: 'free', op: '>', value: 6 * 2 ** 30, for: 0 },
    })
  })
})

describe('a check', () => {
  test('has the defaults of the contract', () => {
    expect(checkOf('checks: { d: { kind: disk } }', 'd')).toMatchObject({
      hosts: ['main'],
      params: {},
      every: 60_000,
      timeout: 10_000,
      notify: { info: 'if-unfixed', warning: 'if-unfixed', critical: 'if-unfixed' },
      labels: {},
    })
  })

  test('takes every key that checks have', () => {
    const text = `
checks:
  d: { kind: disk, path: /srv, hosts: main, every: 5m, timeout: 1m, notify: { critical: at-once }, fix: f,
       runbook: docs/disk.md, advice: Buy another., labels: { tier: 1 }, env: { PGPORT: 5432 } }
fixes: { f: { kind: clean-files, paths: [/tmp/x], older_than: 1d } }`
    expect(checkOf(text, 'd')).toMatchObject({
      hosts: ['main'],
      params: { path: '/srv' },
      every: 300_000,
      timeout: 60_000,
      notify: { info: 'if-unfixed', warning: 'if-unfixed', critical: 'at-once' },
      fix: 'f',
      runbook: 'docs/disk.md',
      advice: 'Buy another.',
      labels: { tier: '1' },
      env: { PGPORT: '5432' },
    })
  })

  test('has its kind’s own times, where the file does not say', () => {
    expect(checkOf('', 'systemd').every).toBe(120_000)
    expect(checkOf('checks: { s: { kind: http, url: "http://a/" } }', 's').timeout).toBe(5_000)
  })

  test('hands a key to the kind as well when both know it', () => {
    const check = checkOf('checks: { c: { kind: command, run: [a], env: { A: b } } }', 'c')
    expect(check.params).toEqual({ run: ['a'], env: { A: 'b' } })
    expect(check.env).toEqual({ A: 'b' })
  })

  test('may share settings with others through anchors and merge keys', () => {
    const text = 'checks:\n  a: &a { kind: disk, every: 5m }\n  b: { <<: *a, path: /srv }\n'
    expect(checkOf(text, 'b')).toMatchObject({ params: { path: '/srv' }, every: 300_000 })
  })
})

describe('a service', () => {
  const text = `
services:
  web: { manager: { pm2: web, home: ~/pm2 }, health: "http://127.0.0.1:3000/", restart: auto, severity: critical }
  db: { manager: { systemd: postgresql }, fix: f, env: { A: b } }
  own: { manager: { command: { start: [run, it], status: "pgrep it" } } }
fixes: { f: { kind: command, run: [systemctl, restart, postgresql] } }`
  const config = configOf(text)
  const [web, db, own] = config.services

  test('is run by its manager', () => {
    expect(web?.manager).toEqual({ kind: 'pm2', name: 'web', home: '/home/asha/pm2' })
    expect(db?.manager).toEqual({ kind: 'systemd', unit: 'postgresql' })
    expect(own?.manager).toEqual({ kind: 'command', start: ['run', 'it'], status: 'pgrep it' })
  })

  test('is a check of its name', () => {
    expect(web?.check).toMatchObject({
      name: 'web',
      kind: 'service',
      params: { service: 'web', health: 'http://127.0.0.1:3000/' },
      levels: [{ severity: 'critical', text: 'down' }],
      notify: { critical: 'if-unfixed' },
    })
    expect(own?.check.levels).toMatchObject([{ severity: 'warning', text: 'down' }])
  })

  test('gets the fix that restarts it, unless it names its own', () => {
    expect(config.services.map(({ restart, check }) => [restart, check.fix])).toEqual([
      ['auto', 'restart:web'],
      ['ask', 'f'],
      ['ask', 'restart:own'],
    ])
    expect(
      config.fixes.map(({ name, params, approve, verify }) => [name, params, approve, verify]),
    ).toEqual([
      ['f', { run: ['systemctl', 'restart', 'postgresql'] }, undefined, {}],
      ['restart:web', { service: 'web' }, false, { hold: 10_000 }],
      ['restart:own', { service: 'own' }, true, { hold: 10_000 }],
    ])
    expect(db?.env).toEqual({ A: 'b' })
  })

  test('that PM2 runs may be restarted by a fix before it is found', () => {
    expect(configOf('fixes: { r: { kind: restart, service: found-later } }').fixes).toHaveLength(1)
  })
})

test('a fix has the defaults of the contract, or what the file says', () => {
  const [a, b] = configOf(`
fixes:
  a: { kind: restart, service: x }
  b: { kind: restart, service: x, attempts: 1, backoff: 1s, cooldown: 1h, max_per_hour: 2, timeout: 5s, approve: true,
       verify: { within: 10m, every: 15s, hold: 1m } }`).fixes
  expect(a).toMatchObject({
    attempts: 3,
    backoff: 10_000,
    cooldown: 600_000,
    maxPerHour: 20,
    timeout: 60_000,
    verify: { hold: 10_000 },
  })
  expect(a).not.toHaveProperty('approve')
  expect(b).toMatchObject({
    attempts: 1,
    backoff: 1_000,
    cooldown: 3_600_000,
    maxPerHour: 2,
    timeout: 5_000,
    approve: true,
    verify: { within: 600_000, every: 15_000, hold: 60_000 },
  })
})

describe('who is told', () => {
  const env = { ALLOWED_USERS: '1001, 1002,1001,' }
  test('are the allowed users, the first as admin', () => {
    const { operators, notify } = configOf('', { env })
    expect(operators).toEqual([
      { id: 1001, name: 'user 1001', role: 'admin' },
      { id: 1002, name: 'user 1002', role: 'operator' },
    ])
    expect(notify.chat).toEqual({ id: 1001 })
  })

  test('are the operators of the file instead', () => {
    const { operators, notify } = configOf(
      'operators: [{ id: 5 }, { id: 7, name: Asha, role: admin }]',
      { env: { ALLOWED_USERS: 'junk' } },
    )
    expect(operators).toEqual([
      { id: 5, name: 'user 5', role: 'operator' },
      { id: 7, name: 'Asha', role: 'admin' },
    ])
    expect(notify.chat).toEqual({ id: 7 })
  })

  test.each([
    ['1001', { id: 1001 }],
    ['-1001234567890', { id: -1001234567890 }],
    ['"-1001234567890"', { id: -1001234567890 }],
    ['{ id: -100123, topic: 7 }', { id: -100123, topic: 7 }],
    ['"${CHAT}"', { id: -42 }],
  ])('in the chat %s', (chat, expected) => {
    expect(configOf(`notify: { chat: ${chat} }`, { env: { CHAT: '-42' } }).notify.chat).toEqual(
      expected,
    )
  })

  test('at any hour, and without heartbeats, where the file says so', () => {
    const { notify } = configOf('notify: { quiet_hours: off, heartbeat: off }')
    expect(notify).not.toHaveProperty('quietHours')
    expect(notify.heartbeat.send).toBe('never')
  })
})
