import { expect, test } from 'vitest'
import type { Host, RunResult } from '../../../src/contract/host.ts'
import { runCommand } from '../../../src/flow/jobs/command.ts'
import type { JobWorld } from '../../../src/flow/jobs/kind.ts'
import { ranWell } from '../../support/facts.ts'

/** Runs it where every command ends so, and tells what it threw and what became output. */
async function tried(command: string | readonly [string, ...string[]], ends: Partial<RunResult>) {
  const output: string[] = []
  const host = { name: 'main', run: async () => ({ ...ranWell, ...ends }) } as unknown as Host
  const world = {
    host: () => host,
    redact: (text: string) => text.replaceAll('hunter22', '***'),
    signal: new AbortController().signal,
  } as unknown as JobWorld
  const add = (text: string): void => void output.push(text)
  const ran = runCommand(world, { add }, 'main', command)
  const problem = await ran.then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return { problem, output }
}

test('a command is shown as a person would type it, and says by what it failed', async () => {
  const argv = ['npm', 'run', 'a b'] as const
  expect(await tried(argv, {})).toEqual({ problem: null, output: ['$ npm run "a b"\n'] })
  expect((await tried(argv, { code: 1, err: 'one\ntwo\n' })).problem).toBe(
    'npm run "a b" failed on main (exit code 1): two',
  )
  expect((await tried(argv, { code: null, signal: 'SIGKILL' })).problem).toContain(
    'ended by SIGKILL',
  )
  expect((await tried(argv, { code: null, missing: true })).problem).toContain('no such command')
})

test('of a long one no part of a secret is left where it is cut', async () => {
  for (let at = 280; at < 305; at++) {
    const { problem } = await tried(`echo ${'x'.repeat(at - 5)}hunter22`, { code: 1 })
    expect(problem).not.toMatch(/xh/)
  }
})
