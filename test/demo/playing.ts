import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { expect, onTestFinished, vi } from 'vitest'
import type { Clock } from '../../src/contract/clock.ts'
import { runDemo } from '../../src/demo/demo.ts'
import type { Step } from '../../src/demo/tour/steps.ts'
import { processesOf } from './support.ts'

export interface Played {
  readonly steps: readonly Step[]
  readonly orders: boolean
  /** Milliseconds of the clock that a step may take. */
  readonly patience: number
}

/** Plays a tour to its end, which leaves nothing behind: what it has shown. */
export async function playTour(tour: Played, clock: Clock): Promise<string> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), 'tour-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  vi.stubEnv('TMPDIR', directory)
  let shown = ''
  const output = new Writable({
    write(chunk, _, done) {
      shown += String(chunk)
      done()
    },
  })
  const { PATH, HOME } = process.env
  const complete = await runDemo({
    clock,
    env: { PATH, HOME },
    input: new PassThrough(),
    output,
    stop: new AbortController().signal,
    interrupted: () => undefined,
    tour: { ...tour, paced: false },
  })
  vi.unstubAllEnvs()
  if (!complete) throw new Error(shown)
  expect([...(await readdir(directory)), ...(await processesOf(directory))]).toEqual([])
  return shown
}
