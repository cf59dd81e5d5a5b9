import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { breath } from '../../../src/probe/log/pace.ts'
import type { Flood } from './flood.ts'

const gigabyte = 1e9

/** The flags of V8 that `npm start` sets: its memory is what is promised. */
function startFlags(): readonly string[] {
  const { scripts } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { readonly scripts: { readonly start: string } }
  return scripts.start.split(' ').filter((word) => word.startsWith('--'))
}

/** In a process of its own: the test runner's memory is none of it. */
async function flood(bytes: number): Promise<Flood> {
  const path = new URL('flood.ts', import.meta.url).href
  const program = `import { floodLog } from '${path}'
    console.log(JSON.stringify(await floodLog(${bytes})))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...startFlags(), '--input-type=module', '--eval', program],
    { timeout: 110_000 },
  )
  return JSON.parse(stdout) as Flood
}

test('1 GB of hostile lines costs less than 50 MB, and no other check its rhythm', async ({
  annotate,
}) => {
  const seen = await flood(gigabyte)
  await annotate(`longest stretch ${seen.longestTurn} ms, usual one ${seen.usualTurn} ms`)
  expect(seen.written).toBeGreaterThanOrEqual(gigabyte)
  expect(seen.extraMemory).toBeLessThan(50e6)
  // Measured against the speed of the same run: what matters is that it breathes, on any machine.
  const stretch = (1000 * breath) / seen.speed
  expect(seen.usualTurn).toBeLessThan(4 * stretch)
  expect(seen.matches).toBeGreaterThan(0)
  // What was not read is said: 16 MiB a look are.
  expect(seen.skipped).toBeGreaterThanOrEqual(seen.written - 8 * 16 * 2 ** 20)
  expect(seen.skipped).toBeLessThan(seen.written)
})
