import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { draft, noteRotation, scalar } from '../../../src/cli/init/draft.ts'
import { mergeEnv } from '../../../src/cli/init/env-file.ts'
import type { Machine } from '../../../src/cli/init/machine.ts'
import { family, parseListening } from '../../../src/cli/init/ports.ts'
import { readQuiet } from '../../../src/cli/init/wishes.ts'
import { loadKinds } from '../../../src/flow/kinds.ts'
import { configOf } from '../../config/load.ts'

const kinds = await loadKinds()
const wishes = {
  timezone: 'Asia/Kolkata',
  quiet: null,
  rotated: '2026-01-31',
  today: '2026-02-01',
  underPm2: true,
}
const machine: Machine = {
  cores: 1,
  memory: { total: 2 ** 30, available: 2 ** 29, swapTotal: 2 ** 30, swapFree: 2 ** 30 },
  disks: [],
  systemd: { failed: [], own: ['nginx', 'postgresql@16-main'] },
  apps: [{ name: 'web', copies: 4, health: 'http://127.0.0.1:3000/health' }],
  botUnderPm2: false,
  pm2: true,
  problems: [],
}

describe('the config', () => {
  test('has what there is, and nothing else', () => {
    const text = draft(machine, wishes, kinds)
    const { checks, services } = parse(text)
    expect(Object.keys(checks)).toEqual(['cpu', 'memory', 'swap', 'load', 'systemd', 'startup'])
    expect(services).toEqual({
      web: { manager: { pm2: 'web' }, health: 'http://127.0.0.1:3000/health', restart: 'ask' },
      nginx: { manager: { systemd: 'nginx' }, restart: 'ask' },
      'postgresql-16-main': { manager: { systemd: 'postgresql@16-main' }, restart: 'ask' },
    })
    const bare = draft(
      { ...machine, apps: [], systemd: null },
      { ...wishes, underPm2: false },
      kinds,
    )
    expect(parse(bare)).not.toHaveProperty('services')
    expect(Object.keys(parse(bare).checks)).toEqual(['cpu', 'memory', 'swap', 'load'])
  })

  test('is right whatever the programs are called, and watches each', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
      fc.constantFrom(
        'all',
        'on',
        'null',
        'cpu',
        'disk',
        "it's",
        '# x',
        'a: b',
        '${HOME}',
        '$${x',
        'file:x',
        '123',
      ),
    )
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 5 }), (names) => {
        const apps = names.map((one) => ({ name: one, copies: 1 }))
        const text = draft({ ...machine, apps, systemd: null }, wishes, kinds)
        const { services } = configOf(text, { kinds, now: Date.parse('2026-02-02') })
        const named = services.flatMap(({ manager }) =>
          manager.kind === 'pm2' ? manager.name : [],
        )
        // Keys that are numbers come first in JavaScript.
        expect(named.toSorted()).toEqual(
          names.filter((one) => !one.startsWith('file:') && !/\p{Cc}/u.test(one)).toSorted(),
        )
      }),
    )
  })

  test('scalars are read as they were meant', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/\p{Cc}/u.test(text))
        expect(parse(`[${scalar(text)}]`)).toEqual([text.replaceAll('${', () => '$${')])
      }),
    )
  })
})

describe('the age of a token', () => {
  const noted = 'secrets:\n  BOT_TOKEN: { rotated: 2026-01-31 }\n'

  test.each([
    ['', `\n${noted}`],
    ['timezone: UTC # mine', `timezone: UTC # mine\n\n${noted}`],
    ['secrets: { BOT_TOKEN: { every: 9d, rotated: "2025-01-01" } }', undefined],
    [
      'secrets:\n  DB: { rotated: 2024-01-01 }\n  BOT_TOKEN:\n    rotated: 2025-01-01 # old\n',
      'secrets:\n  DB: { rotated: 2024-01-01 }\n  BOT_TOKEN:\n    rotated: 2026-01-31 # old\n',
    ],
  ])('is noted in %j', (before, after) => {
    const text = noteRotation(before, '2026-01-31')
    if (after !== undefined) expect(text).toBe(after)
    expect(parse(text ?? '').secrets.BOT_TOKEN.rotated).toBe('2026-01-31')
  })

  test.each(['secrets: { DB: { rotated: 2024-01-01 } }', 'a: [', 'secrets:\n'])(
    'has no place in %j',
    (before) => expect(noteRotation(before, '2026-01-31')).toBeNull(),
  )
})

describe('.env', () => {
  const value = fc.string({ maxLength: 20 }).filter((text) => !/["'`\\\n\r\0]|^\s|\s$/.test(text))

  test('has the values that were put in, and all that was there', () => {
    fc.assert(
      fc.property(value, value, (one, two) => {
        const merged = parseEnv(
          mergeEnv('# mine\nKEEP=me\nexport A=old\nA=older', { A: one, B: two }),
        )
        expect(merged).toEqual({ KEEP: 'me', A: one, B: two })
      }),
    )
  })

  test('changes no other line, and nothing when it is merged again', () => {
    const before = '# BOT_TOKEN=\n\nBOT_TOKEN=\nBOT_TOKEN_OLD=x\n'
    const merged = mergeEnv(before, { BOT_TOKEN: '1:a' })
    expect(merged).toBe('# BOT_TOKEN=\n\nBOT_TOKEN=1:a\nBOT_TOKEN_OLD=x\n')
    expect(mergeEnv(merged, { BOT_TOKEN: '1:a' })).toBe(merged)
  })
})

test.each([
  ['22:00-07:00', { from: '22:00', to: '07:00' }],
  ['9:30 to 17:00', { from: '09:30', to: '17:00' }],
  ['off', null],
  ['22:00', undefined],
  ['24:00-07:00', undefined],
  ['07:00-07:00', undefined],
])('quiet hours %s', (answer, hours) => expect(readQuiet(answer)).toEqual(hours))

test('ports are those that this machine can reach', () => {
  const line = (local: string, state: string) =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1`
  const table = [
    '  sl  local_address rem_address   st',
    line('0100007F:0BB8', '0A'),
    line('00000000:0050', '0A'),
    line('00000000000000000000000001000000:1F90', '0A'),
    line('0A01A8C0:0050', '0A'),
    line('0100007F:0BB9', '01'),
  ].join('\n')
  expect(parseListening(table).map(({ host, port }) => `${host}:${port}`)).toEqual([
    '127.0.0.1:3000',
    '127.0.0.1:80',
    '[::1]:8080',
  ])
})

test('a family is a process and all that it started', () => {
  const fact = { name: '', command: '', user: 0, state: '', memory: 0, swap: 0, cpu: 0, started: 0 }
  const processes = [
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 1],
  ].map(([pid = 0, parent = 0]) => ({ ...fact, pid, parent }))
  expect(family(2, processes)).toEqual([2, 3, 4])
})
