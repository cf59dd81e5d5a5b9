import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import type { Stage } from '../../src/contract/fix.ts'
import { fixOf, kinds, standFor, withFix } from './support.ts'

const cleaning = fixOf('free', 'clean-files', { paths: ['/var/tmp/build-*'], older_than: '7d' })
const restarting = fixOf(
  'restart:web',
  'restart',
  { service: 'web' },
  { verify: { hold: 10_000, within: 3_000 }, attempts: 2 },
)

const broken = (): never => {
  throw new OperatorError('broken on purpose')
}

/** The real stage of a fix, with parts that break. */
const staged = (kind: string, parts: Partial<Stage>) =>
  withFix(kind, {
    rehearsal: async (params, scratch) => {
      const stage = await kinds.fixes.get(kind)?.rehearsal?.(params, scratch)
      if (!stage) throw new Error(`${kind} has no rehearsal`)
      return { ...stage, ...parts }
    },
  })

const unseen = { manager: { command: { status: ['/no/such'], start: ['/no/such'] } } }

describe('whatever breaks, it is said and nothing is left', () => {
  test.each([
    ['the making of the fault', staged('restart', { make: broken }), 'broken on purpose'],
    ['the proof', staged('restart', { proof: broken }), 'broken on purpose'],
    [
      'the words of its check',
      staged('restart', { watch: { checks: { x: { kind: 'nonsense' } } } }),
      /cannot be rehearsed: .*nonsense/,
    ],
    [
      'a check that cannot see',
      staged('restart', { watch: { services: { rehearsal: unseen } } }),
      /cannot see the scratch place/,
    ],
    ['its look', withFix('restart', { look: broken }), /^2 tries did not help: broken on purpose/],
    ['its act', withFix('restart', { act: broken }), /^2 tries did not help: broken on purpose/],
    [
      'a fix that does nothing',
      withFix('restart', { act: () => Promise.resolve({ result: 'nothing much' }) }),
      /^2 tries did not help: /,
    ],
    ['an empty plan', withFix('restart', { plan: () => [] }), 'the fix found nothing to do'],
    [
      'its own cleaning up',
      staged('restart', { clean: broken, make: broken }),
      'broken on purpose',
    ],
  ])('%s', async (_, kinds, problem) => {
    const stand = standFor([restarting], { kinds })
    const told = await stand.play(stand.rehearsing.run('restart:web'))
    expect(told).toMatchObject({ is: 'failed', clean: true })
    expect(told.problem).toMatch(problem)
    expect(stand.left()).toEqual([])
    expect(await stand.processes()).toEqual([])
  })

  test('a fault that is none', async () => {
    const none = staged('clean-files', { make: () => Promise.resolve() })
    const stand = standFor([cleaning], { kinds: none })
    const told = await stand.play(stand.rehearsing.run('free'))
    expect(told).toMatchObject({ is: 'failed', clean: true, tries: [] })
    expect(told.problem).toBe('the fault was not seen within the time there is')
    expect(stand.left()).toEqual([])
  })

  test('a cleaning that takes too much', async () => {
    const act = kinds.fixes.get('clean-files')?.act
    const greedy = withFix('clean-files', {
      act: async (step, params, context) => {
        const [first] = await context.host.files.glob(
          `${(params as { paths: readonly string[] }).paths[0]?.replace(/[^/]*$/, '')}*new`,
        )
        await context.host.files.remove(first ?? '')
        return act?.(step, params, context) ?? { result: '' }
      },
    })
    const stand = standFor([cleaning], { kinds: greedy })
    const told = await stand.play(stand.rehearsing.run('free'))
    expect(told).toMatchObject({ is: 'failed', problem: 'it removed what had to stay: too new' })
    expect(told.advice).toContain('Do not let it run')
    expect(stand.left()).toEqual([])
  })
})

describe('when the bot stops', () => {
  test.each([0, 1, 3, 8, 20, 60, 110])('after %d tenths of a second', async (tenths) => {
    const stand = standFor([restarting])
    const playing = stand.rehearsing.run('restart:web')
    for (let passed = 0; passed < tenths; passed++) await stand.clock.advance(100)
    stand.stop.abort()
    const told = await stand.play(playing)
    expect(told).toMatchObject({ is: 'failed', clean: true })
    expect(told.problem).toMatch(/stopping|stopped|could not|SIGTERM/)
    expect(stand.left()).toEqual([])
    expect(await stand.processes()).toEqual([])
  })
})

describe('one at a time', () => {
  test('a second one is refused, a third after the first is not', async () => {
    const stand = standFor([cleaning])
    const first = stand.rehearsing.run('free')
    const second = stand.rehearsing.run('free')
    await expect(stand.play(second)).rejects.toThrow('another rehearsal runs')
    expect(await stand.play(first)).toMatchObject({ is: 'fixed' })
    expect(await stand.play(stand.rehearsing.run('free'))).toMatchObject({ is: 'fixed' })
  })

  test('what an earlier one has left is removed first', async () => {
    const stand = standFor([cleaning])
    const old = join(stand.home, 'rehearsal', 'run-before', 'full')
    mkdirSync(old, { recursive: true })
    writeFileSync(join(old, 'x'), 'left')
    expect(await stand.play(stand.rehearsing.run('free'))).toMatchObject({ is: 'fixed' })
    expect(stand.left()).toEqual([])
  })
})

describe('what cannot be played', () => {
  test('a command: its plan, and nothing done', async () => {
    const stand = standFor([fixOf('renew', 'command', { run: ['certbot', 'renew'] })])
    expect(await stand.play(stand.rehearsing.run('renew'))).toMatchObject({
      is: 'planned',
      plan: ['certbot renew'],
      tries: [],
    })
  })

  test('a cleaning that keeps all there could be', async () => {
    const params = { paths: ['/var/lib/app/core'], older_than: '1d', keep: 1 }
    const stand = standFor([fixOf('free', 'clean-files', params)])
    const told = await stand.play(stand.rehearsing.run('free'))
    expect(told).toMatchObject({ is: 'failed', clean: true })
    expect(told.problem).toBe('there is nothing that this fix would remove')
    expect(stand.left()).toEqual([])
  })

  test('a name that is none', async () => {
    await expect(standFor([]).rehearsing.run('x')).rejects.toThrow('there is no fix x')
  })

  test('without any fix in the config there is one of our own', async () => {
    const stand = standFor([])
    expect(await stand.play(stand.rehearsing.runFirst())).toMatchObject({
      fix: 'clean-files',
      is: 'fixed',
    })
  })

  test('the first that can be played is taken', async () => {
    const command = fixOf('renew', 'command', { run: ['true'] })
    const stand = standFor([command, cleaning])
    expect(stand.rehearsing.list().map(({ name }) => name)).toEqual(['free', 'renew'])
    expect(await stand.play(stand.rehearsing.runFirst())).toMatchObject({ fix: 'free' })
  })
})
