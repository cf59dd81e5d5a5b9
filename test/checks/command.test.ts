import { describe, expect, test } from 'vitest'
import command from '../../checks/command.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { contextOf } from './context.ts'
import { probeOne } from './run.ts'

const probe = (run: Record<string, unknown>) =>
  probeOne(command, { run: ['check_it', '-w', '5'] }, { run })

describe('exit status', () => {
  test.each([
    [0, { state: 0, warning: false, critical: false }],
    [1, { state: 1, warning: true, critical: false }],
    [2, { state: 2, warning: false, critical: true }],
  ])('%i', async (code, metrics) => {
    expect(await probe({ code, out: 'IT - fine\n' })).toMatchObject({ metrics, saw: 'IT - fine' })
  })

  test.each([
    [
      { code: 3, out: 'IT UNKNOWN - no such host' },
      'check_it says unknown: IT UNKNOWN - no such host',
    ],
    [{ code: 127, err: 'not found' }, 'check_it ended with status 127: not found'],
    [{ code: null, signal: 'SIGSEGV' }, 'check_it ended by SIGSEGV'],
    [{ code: null, aborted: true, took: 10_000 }, 'check_it did not end within 10 s'],
    [{ code: null, missing: true }, 'check_it is not there or may not be run'],
  ])('%j means that nothing is known', async (run, message) => {
    await expect(probe(run)).rejects.toThrow(message)
  })
})

test('numbers are metrics with units, and never take the names of the kind', async () => {
  const out = 'OK | time=0.5s free=2KB state=9 critical=1 a=1 a=2'
  const reading = await probe({ code: 0, out })
  expect(reading.metrics).toEqual({
    time: 500,
    free: 2048,
    a: 1,
    state: 0,
    warning: false,
    critical: false,
  })
  expect(reading.units).toEqual({ time: 'duration', free: 'bytes', a: 'number' })
})

test('the output is evidence', async () => {
  const context = contextOf({ run: { code: 2, out: 'BAD | a=1\nline two\n' } })
  const params = command.params.parse({ run: 'x' })
  const [reading] = await command.probe(params, context)
  if (reading === undefined) throw new Error('there was no reading')
  expect(await command.evidence?.(params, reading, context)).toEqual([
    { title: 'Output', lines: ['BAD', 'line two'] },
  ])
})

test('runs what the config says, with its own environment and directory', async () => {
  const context = {
    ...contextOf({}),
    host: createLocalHost('main', { clock: systemClock }),
  }
  const run = 'echo "$WHO in $(pwd) | n=$(printf %.1f 1)"; exit 1'
  const params = command.params.parse({ run, env: { WHO: 'me' }, cwd: '/' })
  const [reading] = await command.probe(params, context)
  expect(reading).toMatchObject({ saw: 'me in /', metrics: { warning: true, n: 1 } })
})

test.each([[[]], [''], [[1]], [['']]])('%j is no command', (run) => {
  expect(command.params.safeParse({ run }).success).toBe(false)
})
