import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stamp } from '../../src/contract/stamp.ts'
import { merge, tail } from '../../src/managers/tail.ts'

let directory: string
const put = async (text: string | Buffer): Promise<string> => {
  const path = join(directory, 'log')
  await writeFile(path, text)
  return path
}
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('tail', () => {
  it('reads the last lines, oldest first', async () => {
    const path = await put('a\nb\nc\n')
    expect((await tail(path, 2))?.lines).toEqual(['b', 'c'])
    expect((await tail(path, 9))?.lines).toEqual(['a', 'b', 'c'])
    expect((await tail(await put('a\n\nlast'), 2))?.lines).toEqual(['', 'last'])
    expect((await tail(await put(''), 2))?.lines).toEqual([])
  })

  it('finds lines across its chunks, and letters too', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `${at} ${'ü'.repeat(at % 13)}`)
    const path = await put(lines.join('\n'))
    for (const count of [1, 3000, 9000, 20_000])
      expect((await tail(path, count))?.lines).toEqual(lines.slice(-count))
  })

  it('reads no more than 1 MiB and cuts long lines', async () => {
    const found = await tail(await put(`first\n${'x'.repeat(3_000_000)}\nlast\n`), 5)
    expect(found?.lines).toEqual(['last'])
    const one = await tail(await put(`${'x'.repeat(10_000)}\n`), 5)
    expect(one?.lines[0]).toHaveLength(4097)
  })

  it('leaves colours and carriage returns out', async () => {
    expect((await tail(await put('\u001B[31mred\u001B[0m\r\n'), 5))?.lines).toEqual(['red'])
  })

  it('takes regular files only, and does not wait for a pipe', async () => {
    expect(await tail(join(directory, 'none'), 5)).toBeNull()
    expect(await tail(directory, 5)).toBeNull()
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(directory, 'pipe')])
    expect(await tail(join(directory, 'pipe'), 5)).toBeNull()
  })
})

describe('stamp', () => {
  it.each([
    ['2026-01-31T02:10:11Z hello', Date.UTC(2026, 0, 31, 2, 10, 11)],
    ['[2026-01-31 02:10:11.250Z] hello', Date.UTC(2026, 0, 31, 2, 10, 11, 250)],
    ['2026-01-31T02:10:11,5+01:00: hello', Date.UTC(2026, 0, 31, 1, 10, 11, 500)],
    ['{"level":30,"time":1769825411000,"msg":"x"}', 1_769_825_411_000],
    ['{"message":"x","timestamp":"2026-01-31T02:10:11Z"}', Date.UTC(2026, 0, 31, 2, 10, 11)],
    ['hello 2026-01-31T02:10:11Z', null],
    ['{"time":"later"}', null],
  ])('of %s', (line, time) => expect(stamp(line)).toBe(time))
})

describe('merge', () => {
  const dated = (second: number, text: string) => `2026-01-31T02:10:0${second}Z ${text}`

  it('goes by time where there is one, a stack staying with its line', () => {
    const out = { lines: [dated(1, 'a'), dated(4, 'd')], modified: 9 }
    const err = { lines: [dated(2, 'Error'), '    at x', dated(3, 'c')], modified: 1 }
    expect(merge([out, err], 9)).toEqual([
      dated(1, 'a'),
      dated(2, 'Error'),
      '    at x',
      dated(3, 'c'),
      dated(4, 'd'),
    ])
    expect(merge([out, err], 2)).toEqual([dated(3, 'c'), dated(4, 'd')])
  })

  it('puts the file that changed last at the end otherwise, and shares fairly', () => {
    const out = { lines: ['o1', 'o2', 'o3', 'o4'], modified: 1 }
    const err = { lines: ['e1', 'e2', 'e3'], modified: 2 }
    expect(merge([out, err], 4)).toEqual(['o3', 'o4', 'e2', 'e3'])
    expect(merge([out, { ...err, lines: ['e1'] }], 4)).toEqual(['o2', 'o3', 'o4', 'e1'])
    expect(merge([out, { ...err, lines: [] }], 3)).toEqual(['o2', 'o3', 'o4'])
    expect(merge([], 3)).toEqual([])
  })
})
