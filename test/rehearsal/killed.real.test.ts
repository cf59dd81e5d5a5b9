import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { pauseOf } from '../../src/flow/pause.ts'
import { sweepPlaces } from '../../src/rehearsal/place.ts'
import { standFor } from './support.ts'

const program = join(import.meta.dirname, 'processes/restart.ts')

test('after kill -9 in the middle of it, the next start removes what is left', async () => {
  const stand = standFor([])
  const child = spawn(process.execPath, [program, stand.home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  expect(String(said)).toBe('runs\n')
  const host = createLocalHost('main', { clock: systemClock })
  const sweep = () => sweepPlaces(stand.home, host, pauseOf(systemClock))
  // While it lives, nobody touches what it has.
  expect(await sweep()).toBe(0)
  expect(stand.left()).toHaveLength(1)
  child.kill('SIGKILL')
  await once(child, 'close')
  expect((await stand.processes()).length).toBeGreaterThan(0)
  expect(await sweep()).toBe(1)
  expect(stand.left()).toEqual([])
  expect(await stand.processes()).toEqual([])
})
