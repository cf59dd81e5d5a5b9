import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/contract/clock.ts'
import { systemClock } from '../../src/host/clock.ts'
import { childEnvironment } from '../../src/host/environment.ts'
import { createRun } from '../../src/host/run.ts'
import { fakeClock } from '../support/clock.ts'

const runner = (clock: Clock = systemClock, redact = (text: string): string => text) =>
  createRun({ clock, redact, environment: childEnvironment(process.env) })
const signal = new AbortController().signal

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'run-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Waits for a file that a child writes when it is ready; its content. */
const written = (name: string): Promise<string> =>
  vi.waitFor(
    () => {
      const path = join(directory, name)
      if (!existsSync(path) || !readFileSync(path, 'utf8').endsWith('\n'))
        throw new Error('not yet')
      return readFileSync(path, 'utf8').trim()
    },
    { timeout: 5000, interval: 10 },
  )

/** A zombie is dead; only its parent has not noticed. */
const lives = (pid: string): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
const died = (pid: string): Promise<void> =>
  vi.waitFor(() => expect(lives(pid)).toBe(false), { timeout: 5000, interval: 10 })

test('an argv is run as it is, without a shell', async () => {
  const result = await runner()(['printf', '%s|', 'a b', '$HOME', ';'], { signal })
  expect(result).toMatchObject({ code: 0, signal: null, out: 'a b|$HOME|;|', err: '' })
  expect(result).toMatchObject({ aborted: false, missing: false })
  expect(result.took).toBeGreaterThan(0)
})

test('a line is run by the shell; both streams and the exit status come back', async () => {
  const result = await runner()('echo $((1 + 1)); echo oops >&2; exit 3', { signal })
  expect(result).toMatchObject({ code: 3, out: '2\n', err: 'oops\n' })
})

test('children get the small environment, and what is added', async () => {
  vi.stubEnv('BOT_TOKEN', '123:secret')
  const { out } = await runner()(['env'], { signal, env: { EXTRA: 'x' } })
  vi.unstubAllEnvs()
  const names = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/=.*/, ''))
  const allowed = ['PATH', 'HOME', 'LANG', 'TZ', 'SSH_AUTH_SOCK', 'PM2_HOME', 'EXTRA']
  expect(names).toContain('EXTRA')
  for (const name of names) expect(allowed).toContain(name)
})

test.each([[['no-such-command-anywhere']], [['/etc/passwd']]] as const)(
  '%s cannot be run',
  async (command) => {
    const result = await runner()(command, { signal })
    expect(result).toMatchObject({ code: null, missing: true, aborted: false })
  },
)

test('a directory that is not there is not a command that is not there', async () => {
  const ran = runner()(['true'], { signal, cwd: '/no/such/directory' })
  await expect(ran).rejects.toThrow('there is no such directory')
  const { out } = await runner()(['pwd'], { signal, cwd: directory })
  expect(out.trim()).toBe(directory)
})

test('input is written, otherwise there is none', async () => {
  expect(await runner()(['cat'], { signal, input: 'hello' })).toMatchObject({ out: 'hello' })
  expect(await runner()(['cat'], { signal })).toMatchObject({ code: 0, out: '' })
  const ignored = await runner()(['true'], { signal, input: 'x'.repeat(1_000_000) })
  expect(ignored.code).toBe(0)
})

test('the last bytes of each stream are kept', async () => {
  const line = 'seq 1 20000; seq 1 20000 >&2'
  const { out, err } = await runner()(line, { signal, keep: 12 })
  expect(out).toBe('19999\n20000\n')
  expect(err).toBe('19999\n20000\n')
})

test('output is redacted', async () => {
  const redact = (text: string): string => text.replaceAll('hunter2', '***')
  const { out } = await runner(systemClock, redact)(['echo', 'pass hunter2'], { signal })
  expect(out).toBe('pass ***\n')
})

test('what is aborted before it starts is not started', async () => {
  const result = await runner()(`touch ${directory}/made`, { signal: AbortSignal.abort() })
  expect(result).toMatchObject({ code: null, aborted: true })
  expect(existsSync(join(directory, 'made'))).toBe(false)
})

test('an abort ends the command and what it started, politely', async () => {
  const clock = fakeClock()
  const stop = new AbortController()
  const line = `sleep 1000 & echo $$ > ${directory}/leader; echo $! > ${directory}/pid; wait`
  const ran = runner(clock)(line, { signal: stop.signal })
  const pid = await written('pid')
  stop.abort()
  await died(pid)
  await died(await written('leader'))
  // Where nobody reaps orphans, the group seems to live until the end.
  clock.advance(2000)
  expect(await ran).toMatchObject({ aborted: true, signal: 'SIGTERM', code: null })
})

test('who ignores the abort is killed after two seconds, with all it started', async () => {
  const clock = fakeClock()
  const stop = new AbortController()
  const line = `trap '' TERM; sleep 1000 & echo $! > ${directory}/pid; wait`
  const ran = runner(clock)(line, { signal: stop.signal })
  const pid = await written('pid')
  stop.abort()
  clock.advance(1999)
  expect(lives(pid)).toBe(true)
  clock.advance(1)
  expect(await ran).toMatchObject({ aborted: true, signal: 'SIGKILL' })
  await died(pid)
})

test('a grandchild that ignores the abort is killed although its parent obeyed', async () => {
  const clock = fakeClock()
  const stop = new AbortController()
  const stubborn = `trap "" TERM; echo $$ > ${directory}/pid; while :; do sleep 0.1; done`
  const ran = runner(clock)(`sh -c '${stubborn}' & wait`, { signal: stop.signal })
  const pid = await written('pid')
  stop.abort()
  clock.advance(2000)
  expect(await ran).toMatchObject({ aborted: true })
  await died(pid)
})

test('what was left in the background holds nobody up, and lives on', async () => {
  const result = await runner()(`sleep 1000 & echo $!`, { signal })
  const pid = result.out.trim()
  expect(result).toMatchObject({ code: 0, aborted: false })
  expect(lives(pid)).toBe(true)
  process.kill(Number(pid), 'SIGKILL')
})

test('output is handed on as it comes, in whole lines, whatever its listener does', async () => {
  const heard: string[] = []
  const onOutput = (text: string): void => {
    heard.push(text)
    if (text.includes('boom')) throw new Error('a listener of its own trouble')
  }
  const [first, second] = [join(directory, 'first'), join(directory, 'second')]
  const script = String.raw`printf 'begun\ncaf\303'; until [ -e "$1" ]; do sleep 0.02; done
    printf '10%%\r' >&2; until [ -e "$2" ]; do sleep 0.02; done
    printf '\251 boom\n'; echo wrong >&2; printf 'rest \342\202'`
  const argv = ['sh', '-c', script, 'sh', first, second] as const
  const running = runner()(argv, { signal, onOutput, keep: 4 })
  const soon = { timeout: 5000, interval: 10 }
  await vi.waitFor(() => expect(heard.join('')).toBe('begun\n'), soon)
  writeFileSync(first, '')
  await vi.waitFor(() => expect(heard.join('')).toBe('begun\n10%\r'), soon)
  writeFileSync(second, '')
  expect(await running).toMatchObject({ code: 0, err: 'ong\n' })
  const text = heard.join('')
  expect(text).toContain('café boom\n')
  expect(text).toContain('wrong\n')
  expect(text.endsWith('rest \uFFFD')).toBe(true)
})

test('much output is handed on in whole lines, a line without an end in parts', async () => {
  const heard: string[] = []
  const onOutput = (text: string): void => void heard.push(text)
  const script = 'seq 100000; head -c 300000 /dev/zero | tr "\\0" x'
  await runner()(['sh', '-c', script], { signal, onOutput })
  const text = heard.join('')
  expect(text).toBe(
    `${Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join('')}${'x'.repeat(300_000)}`,
  )
  const whole = heard.filter((one) => one.endsWith('\n'))
  expect(whole.join('').length).toBe(text.lastIndexOf('\n') + 1)
  expect(heard.length - whole.length).toBeGreaterThan(1)
})

test('what it leaves running is ended with it where that is wanted', async () => {
  const stubborn = `sh -c 'trap "" TERM; echo $$ > stubborn; exec sleep 60'`
  const quiet = `sh -c 'echo $$ > quiet; exec sleep 60' > quiet.log 2>&1`
  const line = `${stubborn} & ${quiet} & until [ -s stubborn ] && [ -s quiet ]; do :; done; exit 3`
  const result = await runner()(line, { signal, cwd: directory, reap: true })
  expect(result).toMatchObject({ code: 3, aborted: false })
  for (const name of ['stubborn', 'quiet']) await died(await written(name))
})
