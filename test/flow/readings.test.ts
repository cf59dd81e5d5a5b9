import { describe, expect, test } from 'vitest'
import type { Reading } from '../../src/contract/reading.ts'
import { checkReadings } from '../../src/flow/readings.ts'
import { openWorld } from '../support/flow.ts'

const minute = 60_000

const faultOf = (answer: unknown): string => {
  try {
    checkReadings('fake', answer as readonly Reading[])
    return 'none'
  } catch (error) {
    return String(error).replace(/^.*it returned /, '')
  }
}

describe('what a plug-in returns', () => {
  test.each([
    [undefined, 'no list of readings'],
    [{ subject: '', metrics: {} }, 'no list of readings'],
    [['down'], 'a reading that is no object'],
    [[{ metrics: {} }], 'a reading whose subject is no text'],
    [[{ subject: '/var' }], 'a reading of /var without metrics'],
    [[{ subject: '', metrics: [1] }], 'a reading without metrics'],
    [
      [{ subject: '', metrics: { used: '91' } }],
      'a reading whose used is neither a number nor yes or no',
    ],
    [[{ subject: 'a', metrics: { used: NaN } }], 'a reading of a whose used is neither a number'],
    [[{ subject: 'a', metrics: { used: Infinity } }], 'a reading of a whose used is neither'],
    [[{ subject: '', metrics: {}, saw: 4 }], 'a reading whose saw has the wrong shape'],
    [[{ subject: '', metrics: {}, evidence: [{ title: 'x' }] }], 'whose evidence has the wrong'],
    [[{ subject: '', metrics: { used: null, n: undefined, down: true }, saw: 'x' }], 'none'],
    [[], 'none'],
  ])('%j: %s', (answer, said) => {
    expect(faultOf(answer)).toContain(said)
  })

  test('of the wrong shape leaves the check unknown, and is no fault of the database', async () => {
    const world = await openWorld(`
checks: { disk: { kind: fake, of: disk, every: 1m, warning: "used > 85%" } }
notify: { quiet_hours: off }
`)
    world.seen.set('disk', async () => [{ subject: '' }])
    await world.pass(10 * minute)
    expect(world.faults).toEqual([])
    expect(world.incident('disk').cause).toBe('unknown')
    expect(world.chat.last().text).toContain(
      'the check fake is at fault: it returned a reading without metrics',
    )
    world.seen.set('disk', { used: 10 })
    await world.pass(2 * minute)
    expect(world.store.incidents.open()).toEqual([])
  })
})
