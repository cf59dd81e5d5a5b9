import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  judgeUnit,
  parseShow,
  remember,
  type UnitFacts,
  type UnitMemory,
  unitName,
} from '../../../src/managers/systemd/unit.ts'

const recorded = parseShow(readFileSync('test/fixtures/systemd/show.txt', 'utf8'))
const booted = 1_700_000_000_000
const unit = (name: string): UnitFacts => {
  const found = recorded.find(({ id }) => id === `${name}.service`)
  if (!found) throw new Error(`no ${name} in the fixture`)
  return found
}
/** `uptime` in milliseconds since boot. */
const judge = (facts: UnitFacts, uptime: number, before?: UnitMemory) =>
  judgeUnit(facts, remember(before, facts, booted + uptime, uptime), booted)

describe('what systemd 252 shows', () => {
  it.each([
    ['web', 'up', 'up for 1m'],
    ['once', 'up', 'active (exited)'],
    ['bad', 'down', 'failed: exited with code 3'],
    ['limit', 'down', 'failed: exited with code 1'],
    ['killed', 'down', 'failed: killed by signal 9'],
    ['nosuch', 'missing', 'systemd does not know it'],
    ['stopped', 'stopped', 'stopped'],
  ])('of %s means %s', (name, state, saw) => {
    expect(judge(unit(name), 2_386_440 + 60_400)).toMatchObject({ state, saw })
  })

  it('has times in microseconds since boot', () => {
    expect(judge(unit('web'), 2_388_400)).toMatchObject({
      state: 'starting',
      pid: 59,
      since: booted + 2_386_440,
      saw: 'started 1s ago',
    })
  })

  it('may be something that no service does', () => {
    const odd = (more: Partial<UnitFacts>) => judge({ ...unit('stopped'), ...more }, 0)
    expect(odd({ load: 'masked' })).toMatchObject({ state: 'stopped', saw: 'stopped and masked' })
    expect(odd({ load: 'bad-setting' })).toMatchObject({
      state: 'down',
      saw: 'its unit is bad-setting',
    })
    expect(odd({ result: 'timeout' })).toMatchObject({ state: 'down', saw: 'inactive: timeout' })
    expect(odd({ active: 'deactivating', sub: 'stop-sigterm' })).toMatchObject({
      state: 'starting',
    })
    expect(odd({ active: 'activating', sub: 'start-pre' })).toMatchObject({ state: 'starting' })
    expect(odd({ active: 'reloading' })).toMatchObject({ state: 'up' })
  })
})

describe('polling', () => {
  const loop = unit('loop')
  const at = (
    uptime: number,
    restarts: number,
    before?: UnitMemory,
    more: Partial<UnitFacts> = {},
  ) =>
    remember(before, { ...loop, restarts, started: uptime - 100, ...more }, booted + uptime, uptime)

  it('counts the restarts that systemd made by itself', () => {
    const memory = at(60_000, 5, at(0, 3))
    expect(memory.deaths).toHaveLength(2)
    expect(at(3_700_000, 5, memory).deaths).toHaveLength(0)
  })

  it('sees a loop, and its end', () => {
    const memory = at(3000, 6, at(0, 3))
    expect(judgeUnit(loop, memory, booted)).toMatchObject({ looping: true, crashes: 3 })
    const stable = at(60_000, 6, memory, { started: 40_000 })
    expect(stable).toMatchObject({ short: 0, lostAt: null })
    const byHand = at(4000, 0, memory)
    expect(byHand).toMatchObject({ short: 0, lostAt: null, lostDeaths: 0 })
  })

  it('is no loop when each run lives longer', () => {
    expect(at(60_000, 6, at(0, 3))).toMatchObject({ short: 0, lostDeaths: 3 })
  })

  it('calls it down when there has been no stable run for 10 s', () => {
    const facts = { ...loop, restarts: 4, started: 14_900 }
    const memory = at(15_000, 5, at(2000, 4, at(0, 3)))
    expect(judgeUnit({ ...facts, restarts: 5 }, memory, booted)).toMatchObject({
      state: 'down',
      saw: 'died 2 times in a row',
    })
    const waits = { active: 'activating', sub: 'auto-restart', pid: null }
    const first = at(0, 3, undefined, waits)
    expect(judgeUnit({ ...loop, ...waits }, first, booted)).toMatchObject({ state: 'starting' })
    const later = at(10_000, 3, first, waits)
    expect(judgeUnit({ ...loop, ...waits }, later, booted)).toMatchObject({ state: 'down' })
  })

  it('counts the last death of one that failed, and the next', () => {
    const running = remember(undefined, unit('web'), booted, 0)
    const failed = remember(running, unit('bad'), booted + 1000, 1000)
    expect(failed.deaths).toHaveLength(1)
    expect(remember(failed, unit('bad'), booted + 2000, 2000).deaths).toHaveLength(1)
    const again = { ...unit('bad'), ended: 9999 }
    expect(remember(failed, again, booted + 3000, 3000).deaths).toHaveLength(2)
  })
})

describe('a name', () => {
  it('is one, or is refused', () => {
    for (const good of ['web', 'getty@tty1.service', 'a\\x2db.mount', 'x-y:z_1'])
      expect(unitName(good)).toBe(good)
    for (const bad of ['', '-H', '--root=/x', 'a b', 'a;b', 'a/b', 'a\nb', 'ä', 'x'.repeat(256)])
      expect(() => unitName(bad)).toThrow('is no name of a systemd unit')
  })

  it('is never an option', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(/^-|[\s;&|$`'"]/.test(text))
        expect(() => unitName(text)).toThrow('is no name')
      }),
    )
  })
})
