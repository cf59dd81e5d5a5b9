import { expect, test } from 'vitest'
import { greeting, says } from '../../src/demo/tour/sights.ts'
import type { Sight } from '../../src/demo/tour/sights.ts'
import type { Step } from '../../src/demo/tour/steps.ts'
import { systemClock } from '../../src/host/clock.ts'
import { hasRestic } from '../support/repositories.ts'
import { demo, patience } from './process.ts'
import { playTour } from './playing.ts'
import { inOrder } from './support.ts'

/** Of the whole story, on a busy machine. */
const longest = 240_000
/** What the shop has sold before the demo begins. */
const sold = 500

const orders = (what: string, is: (count: number) => boolean): Sight => ({
  what,
  seen: ({ world }) => is(world.orders?.count() ?? NaN),
})

/** One more than when it was first looked at. */
function another(): Sight {
  let first: number | undefined
  return orders('another order', (count) => {
    first ??= count
    return count > first
  })
}

const step = (name: string, does: readonly string[], ...sees: readonly Sight[]): Step => ({
  name,
  why: name,
  does,
  sees,
  reading: 0,
})

const some = orders('what was sold', (count) => count >= sold)
const few = orders('no orders', (count) => count < sold)

const steps = [
  step('first look', [], greeting, some, another()),
  step('too early', ['lose orders'], some),
  step(
    'back up',
    ['/backup orders', '[Back up orders]', '[Back up orders]'],
    says('✅ Backed up orders'),
  ),
  step('drill', ['/backup orders drill', '[Drill orders]'], says('✅ Proven: orders')),
  step('lose', ['lose orders', 'orders'], few),
  step(
    'to the side',
    ['/restore orders latest', '[To the side]'],
    says('❓ Restore orders to the side?'),
  ),
  step('pressed', ['[Restore orders to the side]'], says('✅ Restored orders'), few),
  step(
    'over live data',
    ['/restore orders latest', '[Over live data]'],
    says('❓ Restore orders over live data?'),
  ),
  step(
    'sure',
    ['[Restore orders over live data]'],
    says('⌨️ Restore orders over live data: sure?'),
  ),
  step('typed', ['restore orders'], says('✅ Restored orders'), some, another()),
  step('status', ['/backup', '/backup orders', 'log', '/status'], says('✅ All is well')),
]

test.skipIf(!hasRestic)(
  'backs up what the shop has sold, loses it, and brings it back',
  { timeout: longest },
  async () => {
    const tour = { steps, orders: true, patience: longest - 20_000 }
    const shown = await playTour(tour, systemClock)
    inOrder(shown, [
      '· there is no backup of them yet',
      ' │ ❓ Back up orders?',
      ' │ ✅ Backed up orders',
      ' │ ✅ Proven: orders can be restored',
      '· DELETE FROM orders, and no WHERE: 5',
      ' │ ❓ Restore orders to the side?',
      ' │ ✅ Restored orders',
      ' │ ❓ Restore orders over live data?',
      ' │ ⌨️ Restore orders over live data: sure?',
      ' │ ✅ Restored orders',
      ' │ • 🟢 orders',
      ' │ ✅ All is well',
      'Cleaning up',
    ])
  },
)

test.skipIf(!hasRestic)(
  'leaves nothing behind where it is ended in the midst of a backup',
  { timeout: patience },
  async () => {
    const { output, code, left } = await demo('/backup orders now\n1\n', 'Copying')
    expect(output).toContain('Copying')
    expect(output).not.toContain('✅ Backed up')
    expect(code).toBe(0)
    expect(left).toEqual([])
  },
)
