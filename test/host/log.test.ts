import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLog } from '../../src/host/log.ts'
import { fakeClock } from '../support/clock.ts'

let directory = ''
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'log-')), 'logs')
})
afterEach(() => rmSync(join(directory, '..'), { recursive: true }))

const redact = (text: string): string => text.replaceAll('se"cret', '***')
const settings = () => ({ directory, level: 'info', clock: fakeClock(), redact })
const linesIn = (name: string): readonly Record<string, unknown>[] =>
  readFileSync(join(directory, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

test('lines are JSON with the time of the clock, from the level on', async () => {
  const { log, close } = openLog(settings())
  log.info({ check: 'disk' }, 'checked')
  log.debug({}, 'not written')
  await close()
  expect(linesIn('mechanic.log')).toEqual([
    { level: 30, time: 1_800_000_000_000, check: 'disk', msg: 'checked' },
  ])
  expect(statSync(join(directory, 'mechanic.log')).mode & 0o077).toBe(0)
})

test('an echo that nobody reads any more is left off, and the file goes on', async () => {
  const echo = new PassThrough()
  const { log, close } = openLog({ ...settings(), echo })
  const gone = new Promise((resolve) => echo.once('close', resolve))
  echo.destroy(new Error('EPIPE'))
  await gone
  const write = vi.spyOn(echo, 'write')
  log.info({}, 'still here')
  expect(write).not.toHaveBeenCalled()
  await close()
  expect(linesIn('mechanic.log')).toMatchObject([{ msg: 'still here' }])
})

test('secrets are redacted in every string, also where JSON escapes them, and in the echo', async () => {
  const echoed: string[] = []
  const { log, close } = openLog({
    ...settings(),
    echo: { write: (line) => echoed.push(line), on: () => undefined },
  })
  const err = new Error('failed with se"cret')
  log.error({ err, url: 'http://u:se"cret@h', deep: [{ 'se"cret': ['se"cret'] }] }, 'se"cret')
  await close()
  const text = readFileSync(join(directory, 'mechanic.log'), 'utf8')
  expect(text).toBe(echoed.join(''))
  expect(text).not.toContain('cret"')
  expect(text).not.toMatch(/se\\*"cret/)
  expect(linesIn('mechanic.log')[0]).toMatchObject({ msg: '***', deep: [{ '***': ['***'] }] })
})

test('a full file is put aside and only some are kept', async () => {
  mkdirSync(directory, { recursive: true })
  const full = Buffer.alloc(10 * 1024 * 1024, 'x')
  writeFileSync(join(directory, 'mechanic.log'), full)
  for (const number of [1, 2, 3, 4])
    writeFileSync(join(directory, `mechanic.log.${number}`), `${number}`)
  const { log, close } = openLog(settings())
  log.info({}, 'after')
  await close()
  expect(linesIn('mechanic.log')).toHaveLength(1)
  expect(readdirSync(directory).toSorted()).toEqual([
    'mechanic.log',
    'mechanic.log.1',
    'mechanic.log.2',
    'mechanic.log.3',
    'mechanic.log.4',
  ])
  expect(statSync(join(directory, 'mechanic.log.1')).size).toBe(full.length)
  expect(readFileSync(join(directory, 'mechanic.log.4'), 'utf8')).toBe('3')
})

test('a file that cannot be written never reaches the caller, and is tried again later', async () => {
  const clock = fakeClock()
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  mkdirSync(join(directory, 'mechanic.log'), { recursive: true })
  const { log, close } = openLog({ ...settings(), clock })
  log.info({}, 'lost')
  await vi.waitFor(() => expect(stderr).toHaveBeenCalled(), { timeout: 5000 })
  log.info({}, 'too early')
  rmSync(join(directory, 'mechanic.log'), { recursive: true })
  clock.advance(30_000)
  log.info({}, 'back')
  await close()
  stderr.mockRestore()
  expect(linesIn('mechanic.log').map((line) => line['msg'])).toEqual(['back'])
})

test('what is still waiting when the process ends is written then', async () => {
  const { log, close } = openLog(settings())
  const before = process.listeners('exit').at(-1)
  log.info({}, 'last words')
  expect(existsSync(join(directory, 'mechanic.log'))).toBe(false)
  before?.(0)
  expect(linesIn('mechanic.log').at(-1)).toMatchObject({ msg: 'last words' })
  await close()
})
