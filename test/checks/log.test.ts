import {
  appendFileSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import check from '../../checks/log.ts'
import type { ProbeContext } from '../../src/contract/check.ts'
import type { Files } from '../../src/contract/host.ts'
import type { LogPage, Manager } from '../../src/contract/service.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createFiles } from '../../src/host/files.ts'
import { createGuard } from '../../src/host/guard.ts'
import { fakeBackups, fakeHost, fakeServices } from '../support/facts.ts'

const minute = 60_000
const start = Date.UTC(2026, 0, 15, 12)

let root = ''
let file = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'log-')))
  file = join(root, 'app.log')
})
afterEach(() => rmSync(root, { recursive: true }))

const iso = (at: number): string => new Date(at).toISOString()

/** Writes as if it were that time. */
const write = (text: string, at: number): void => {
  appendFileSync(file, text)
  utimesSync(file, at / 1000, at / 1000)
}

/** A check as one run of the bot has it; a new one is the bot started anew. */
function watcher(
  params: Record<string, unknown>,
  manager: Partial<Manager> = {},
  files: Files = createFiles(createGuard(systemClock), root),
) {
  const service: Manager = { ...fakeServices({}).get('web'), manager: 'fake', ...manager }
  const context: ProbeContext = {
    host: { ...fakeHost({}), files },
    services: { get: () => service },
    backups: fakeBackups({}),
    memo: new Map(),
    signal: new AbortController().signal,
    now: start,
    redact: createRedactor(['hunter2-secret']),
  }
  const parsed = check.params.parse(params)
  return async (now: number) => {
    const [reading] = await check.probe(parsed, { ...context, now })
    if (!reading) throw new Error('there was no reading')
    const evidence = (await check.evidence?.(parsed, reading, { ...context, now })) ?? []
    return { ...reading.metrics, saw: reading.saw, evidence }
  }
}

describe('a log', () => {
  test('of many lines makes few patterns, each with a line of it', async () => {
    write(`${iso(start - 60 * minute)} ERROR known trouble 1\n`, start - 60 * minute)
    const look = watcher({ files: file })
    expect(await look(start)).toMatchObject({ matches: 0, new: 0, saw: 'none in 5m' })
    const lines = Array.from({ length: 4000 }, (_, n) =>
      n % 4 === 0 ? `ERROR known trouble ${n}` : `ERROR job ${n} of 10.0.0.${n % 250} failed`,
    )
    write(`${lines.join('\n')}\n`, start + minute)
    const seen = await look(start + minute)
    expect(seen).toMatchObject({
      matches: 4000,
      rate: 4000 / 5,
      new: 1,
      silent: 0,
      skipped: 0,
      saw: '4000 lines in 5m, 2 patterns, 1 new: 3000× ERROR job <n> of <ip> failed',
    })
    expect(seen.evidence).toEqual([
      {
        title: 'New in the last 5m',
        lines: ['3000× ERROR job <n> of <ip> failed', '   ERROR job 1 of 10.0.0.1 failed'],
      },
      {
        title: 'Most frequent in the last 5m',
        lines: ['1000× ERROR known trouble <n>', '   ERROR known trouble 0'],
      },
    ])
    expect(await look(start + 7 * minute)).toMatchObject({
      matches: 0,
      rate: 0,
      new: 0,
      silent: 6 * minute,
    })
  })

  test('without times is not known before a whole window was watched', async () => {
    write('ERROR old\n', start - minute)
    const look = watcher({ files: file })
    const nothing = { matches: null, rate: null, new: null }
    expect(await look(start)).toMatchObject({
      ...nothing,
      saw: 'none yet, watching has just begun',
    })
    expect(await look(start + 4 * minute)).toMatchObject(nothing)
    expect(await look(start + 5 * minute)).toMatchObject({ matches: 0, rate: 0, new: 0 })
  })

  test('that was quiet is known to have been, at once', async () => {
    write('ERROR old\n', start - 5 * minute)
    expect(await watcher({ files: file })(start)).toMatchObject({ matches: 0, silent: 5 * minute })
  })

  test('of several files is known when each of them reaches back', async () => {
    write(`${iso(start - 60 * minute)} INFO begun\n`, start - 50 * minute)
    const busy = join(root, 'busy.log')
    const fill = (at: number) => {
      writeFileSync(busy, `${iso(at)} INFO fine\n`.repeat(10_000))
      utimesSync(busy, start / 1000, start / 1000)
    }
    fill(start - 2000)
    const nothing = { matches: null, rate: null, new: null }
    expect(await watcher({ files: [file, busy] })(start)).toMatchObject(nothing)
    fill(start - 5 * minute)
    expect(await watcher({ files: [file, busy] })(start)).toMatchObject({ matches: 0, new: 0 })
  })

  test('is known again a window after the clock was set back', async () => {
    write('INFO begun\n', start - 60 * minute)
    const look = watcher({ files: file })
    write('ERROR a\n', start - 30 * minute)
    expect(await look(start)).toMatchObject({ matches: 0, silent: 30 * minute })
    write('ERROR b\n', start)
    expect(await look(start + minute)).toMatchObject({ matches: 1 })
    const back = start - 300 * minute
    write('ERROR c\n', back)
    expect(await look(back)).toMatchObject({ matches: 1, new: 1, silent: 0 })
    expect(await look(back + 4 * minute)).toMatchObject({ matches: 1, silent: 4 * minute })
    expect(await look(back + 5 * minute)).toMatchObject({ matches: 0, silent: 5 * minute })
  })

  test('is silent from when the clock was set back, where nothing was written since', async () => {
    write('INFO begun\n', start - minute)
    const look = watcher({ files: file })
    await look(start)
    const back = start - 300 * minute
    expect(await look(back)).toMatchObject({ silent: 0 })
    expect(await look(back + 10 * minute)).toMatchObject({ matches: 0, silent: 10 * minute })
    // The old time is reached: nothing was written then.
    expect(await look(start)).toMatchObject({ silent: 300 * minute })
  })

  test('is silent though its file claims to be of next year', async () => {
    write('INFO begun\n', start + 365 * 24 * 60 * minute)
    const look = watcher({ files: file })
    expect(await look(start)).toMatchObject({ silent: 0 })
    expect(await look(start + 10 * minute)).toMatchObject({ silent: 10 * minute })
    write('INFO more\n', start + 11 * minute)
    expect(await look(start + 12 * minute)).toMatchObject({ silent: minute })
  })

  test('is taken up after a restart of the bot, as far as its lines say when they were', async () => {
    const look = watcher({ files: file })
    await look(start)
    write(`${iso(start)} ERROR a\n${iso(start + 8 * minute)} ERROR b\n`, start + 8 * minute)
    const again = watcher({ files: file })
    expect(await again(start + 9 * minute)).toMatchObject({ matches: 1, new: 1 })
    write(`${iso(start + 9 * minute)} ERROR a\n`, start + 9 * minute)
    expect(await again(start + 10 * minute)).toMatchObject({ matches: 2, new: 1 })
  })

  test('shows no secret, nor half of one', async () => {
    const look = watcher({ files: file })
    await look(start)
    write(`ERROR login with hunter2-secret failed, password=abc1def\n`, start)
    const { saw, evidence } = await look(start + minute)
    const shown = JSON.stringify([saw, evidence])
    expect(shown).toContain('login with')
    expect(shown).not.toMatch(/hunter|secret|abc|def/)
  })

  test('may be several files, some of which come later', async () => {
    const look = watcher({
      files: [file, join(root, '*.err')],
      match: ['level":50|bo+m', '/CRASH/i'],
    })
    expect(await look(start)).toMatchObject({ matches: 0, saw: 'no such file yet' })
    writeFileSync(join(root, 'a.err'), 'booom\n')
    write('boom\nbang\na crash\n{"level":50}\n', start + minute)
    expect(await look(start + minute)).toMatchObject({ matches: 4 })
  })

  test('of more patterns than can be told apart says so', async () => {
    const look = watcher({ files: file })
    await look(start)
    const letters = (n: number): string => n.toString(2).replaceAll('0', 'a').replaceAll('1', 'b')
    const lines = Array.from({ length: 20_001 }, (_, n) => `ERROR ${letters(n)}\n`)
    write(lines.join(''), start)
    expect(await look(start + minute)).toMatchObject({
      matches: 20_001,
      new: null,
      saw: expect.stringContaining('many patterns, too many to say which are new'),
    })
  })
})

describe('a first run that is cut short', () => {
  test('by an error leaves history what it is', async () => {
    write('ERROR old\n'.repeat(100), start - 60 * minute)
    const real = createFiles(createGuard(systemClock), root)
    let broken = true
    const read: Files['read'] = async (path, from, length) => {
      if (broken && length > 0) throw new Error('input/output error')
      return real.read(path, from, length)
    }
    const look = watcher({ files: file }, {}, { ...real, read })
    await expect(look(start)).rejects.toThrow('input/output error')
    broken = false
    write('ERROR young\n', start + minute)
    expect(await look(start + minute)).toMatchObject({ matches: 1, new: 1 })
  })

  test('by how much there is says nothing of what it did not read', async () => {
    const long = start / 1000 - 3600
    for (const [name, line] of Object.entries({
      a: '\n',
      b: '\n',
      c: '\n',
      d: '\n',
      e: 'ERROR\n',
    })) {
      writeFileSync(join(root, `${name}.log`), Buffer.alloc(256 * 1024, line))
      utimesSync(join(root, `${name}.log`), long, long)
    }
    const look = watcher({ files: join(root, '*.log') })
    expect(await look(start)).toMatchObject({ matches: null, new: null })
    expect(await look(start + minute)).toMatchObject({ matches: 0, new: 0 })
  })
})

describe('the log of a service', () => {
  test('is its files, where it has some', async () => {
    write(`${iso(start)} ERROR boom\n`, start)
    const look = watcher({ service: 'web' }, { logFiles: async () => [file] })
    expect(await look(start + minute)).toMatchObject({ matches: 1 })
  })

  test('is what its manager has, from a cursor on', async () => {
    const asked: (string | null)[] = []
    const pages: readonly LogPage[] = [
      { lines: [{ text: 'old', at: start - 9 * minute, error: true }], cursor: 'a', skipped: true },
      { lines: [{ text: 'one', at: start, error: true }], cursor: 'b', skipped: false },
      { lines: [{ text: 'fine', at: start, error: false }], cursor: 'c', skipped: true },
    ]
    const logsAfter = async (cursor: string | null) => {
      asked.push(cursor)
      return pages[asked.length - 1] ?? { lines: [], cursor, skipped: false }
    }
    const look = watcher({ service: 'web' }, { logsAfter })
    expect(await look(start)).toMatchObject({ matches: 0, skipped: 0, silent: 9 * minute })
    expect(await look(start + minute)).toMatchObject({ matches: 1, new: 1, skipped: 0 })
    expect(await look(start + 2 * minute)).toMatchObject({
      matches: 1,
      skipped: null,
      saw: '1 line in 5m, 1 pattern, 1 new: one; a part skipped unread, it grows too fast',
    })
    expect(asked).toEqual([null, 'a', 'b'])
  })

  test('that has neither cannot be followed', async () => {
    await expect(watcher({ service: 'web' })(start)).rejects.toMatchObject({
      message: 'The service web has no log that the bot can follow: fake runs it',
      advice: expect.stringContaining('`files`'),
    })
  })
})

test.each([
  [{}, 'either files or service'],
  [{ files: '/a', service: 'b' }, 'either files or service'],
  [{ files: 'a.log' }, 'absolute path'],
  [{ files: '/a', match: '/(?=x)/' }, 'RE2'],
  [{ files: '/a', ignore: ['/(/'] }, 'RE2'],
  [{ files: '/a', window: '10s' }, 'at least 1m'],
])('%j is refused', (params, why) => {
  expect(JSON.stringify(check.params.safeParse(params).error)).toContain(why)
})
