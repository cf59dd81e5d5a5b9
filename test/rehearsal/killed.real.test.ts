import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { pauseOf } from '../../src/flow/pause.ts'
import { sweepPlaces } from '../../src/rehearsal/place.ts'
import { standFor } from './support.ts'

/** Rehearses a restart, and says so as soon as its process runs. */
const script = `
const [, root, home] = process.argv
const { loadKinds } = await import(root + '/src/flow/kinds.ts')
const { createLocalHost } = await import(root + '/src/host/local.ts')
const { systemClock: clock } = await import(root + '/src/host/clock.ts')
const { takePlace } = await import(root + '/src/rehearsal/place.ts')
const { pauseOf } = await import(root + '/src/rehearsal/outside.ts')
const host = createLocalHost('main', { clock })
const { fixes } = await loadKinds()
globalThis.place = await takePlace(home, host, pauseOf(clock))
const { directory } = globalThis.place
const signal = AbortSignal.timeout(20_000)
await fixes.get('restart').rehearsal({ service: 'web' }, { directory, host, signal, now: clock.now() })
console.log('runs')
setInterval(() => undefined, 1000)
`

test('after kill -9 in the middle of it, the next start removes what is left', async () => {
  const stand = standFor([])
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', script, resolve('.'), stand.home],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
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
