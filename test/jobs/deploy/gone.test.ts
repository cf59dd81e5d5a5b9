import { describe, expect, it } from 'vitest'
import type { Host, ProcessFacts } from '../../../src/contract/host.ts'
import { provenGone, remember } from '../../../src/jobs/deploy/gone.ts'
import { fakeClock } from '../../support/clock.ts'
import { fakeHost } from '../../support/facts.ts'
import { instance } from '../../support/manager.ts'
import { processFacts } from '../../support/process-facts.ts'
import { stepOn } from '../../support/step.ts'

const boot = 1_700_000_000_000
const facts = (pid: number, parent: number, started: number, more: object = {}): ProcessFacts =>
  processFacts({ pid, parent, started: boot + started, ...more })

/** A machine whose processes are those of one list after another, the last one for good. */
const machine = (...turns: readonly (readonly ProcessFacts[])[]) => {
  const clock = fakeClock()
  let turn = 0
  const host: Host = {
    ...fakeHost({ booted: boot }),
    processes: async () => turns[Math.min(turn++, turns.length - 1)] ?? [],
  }
  const context = stepOn(host, {
    monotonic: clock.monotonic,
    pause: async (ms) => clock.advance(ms),
  })
  return { host, context, turns: () => turn }
}
const web = [facts(1, 0, 0), facts(100, 1, 500), facts(101, 100, 600), facts(102, 101, 700)]
const strange = facts(200, 1, 800)

describe('what is remembered of a service', () => {
  it('is its processes and all that they started', async () => {
    const { host } = machine([...web, strange])
    expect(await remember(host, [instance({ pid: 100 })])).toEqual([
      { pid: 100, started: 500 },
      { pid: 101, started: 600 },
      { pid: 102, started: 700 },
    ])
    expect(await remember(host, [instance({ state: 'stopped', pid: null })])).toEqual([])
  })

  it('cannot be of one that runs without telling its process', async () => {
    const { host } = machine(web)
    await expect(remember(host, [instance({ pid: null })])).rejects.toThrow('does not tell')
  })

  it('does not mind a clock that is set', async () => {
    const { host } = machine(web)
    const boots = [boot, boot + 1000, boot, boot]
    const set: Host = { ...host, booted: async () => boots.shift() ?? boot }
    expect(await remember(set, [instance({ pid: 102 })])).toEqual([{ pid: 102, started: 700 }])
    let now = boot
    const mad: Host = { ...host, booted: async () => (now += 1000) }
    await expect(remember(mad, [])).rejects.toThrow('is being set all the time')
  })
})

describe('it is proven gone', () => {
  const seen = [
    { pid: 100, started: 500 },
    { pid: 101, started: 600 },
  ]

  it('when none is left, however long that takes', async () => {
    const { host, context, turns } = machine(web, web.slice(0, 2), [strange])
    await provenGone(context, host, seen, 60_000)
    expect(turns()).toBe(3)
  })

  it('although another process has its number, or its parent did not reap it', async () => {
    const { host, context } = machine([facts(100, 1, 9000), facts(101, 1, 600, { state: 'Z' })])
    await provenGone(context, host, seen, 0)
  })

  it('not while something runs that it started on its way out', async () => {
    const late = facts(300, 100, 9000)
    const orphan = facts(300, 1, 9000)
    const { host, context, turns } = machine([...web, late], [orphan], [orphan], [])
    await provenGone(context, host, seen, 60_000)
    expect(turns()).toBe(4)
  })

  it('or it is said which is left', async () => {
    const { host, context } = machine(web)
    await expect(provenGone(context, host, seen, 1000)).rejects.toThrow(
      'processes 100, 101, 102 of the old copy still run on main',
    )
  })

  it('or the time is up', async () => {
    const { host } = machine(web)
    const context = stepOn(
      host,
      { monotonic: () => 0, pause: async () => undefined },
      AbortSignal.abort(new Error('late')),
    )
    await expect(provenGone(context, host, seen, 1000)).rejects.toThrow('late')
  })
})
