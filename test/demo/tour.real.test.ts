import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src/contract/clock.ts'
import { steps } from '../../src/demo/tour/steps.ts'
import { systemClock } from '../../src/host/clock.ts'
import { playTour } from './playing.ts'
import { inOrder } from './support.ts'

/** What the bot waits for passes this many times faster; PM2 and the machine keep their own pace. */
const haste = 6

function hastenedClock(): Clock {
  const start = systemClock.now()
  const from = systemClock.monotonic()
  const passed = (): number => (systemClock.monotonic() - from) * haste
  return {
    now: () => Math.floor(start + passed()),
    monotonic: passed,
    after: (ms, run) => systemClock.after(ms / haste, run),
  }
}

/** Real minutes, whatever the clock says. */
const longest = 150_000

describe('npm run demo -- --tour', () => {
  it('plays the whole story, and leaves nothing behind', { timeout: longest }, async () => {
    const tour = { steps, orders: false, patience: (longest - 20_000) * haste }
    const shown = await playTour(tour, hastenedClock())
    inOrder(shown, [
      '▸ 1/',
      ' │ 👋 Mechanic is on duty',
      'you › kill',
      ' │ 🔴 shop',
      ' │ ✅ shop',
      'you › fill',
      ' │ ✅ uploads',
      'you › break',
      ' │ 🔴 page',
      '· pressed',
      ' │ 👤',
      'you › mend',
      ' │ ✅ page',
      'you › /restart shop',
      ' │ ❓ Restart shop?',
      ' │ ✅ Restarted shop',
      'you › stranger',
      'you › telegram off',
      'you › telegram on',
      ' │ 🔴 page',
      'you › night',
      'you › morning',
      ' │ ☀️ Good morning',
      'you › /status',
      ' │ ⚠️',
      '✔ Seen: ',
      'Cleaning up',
    ])
    expect(shown).toMatch(
      /Seen: \d+ incidents · \d+ fixed without a person · \d+ messages, \d+ with/,
    )
    expect(shown).not.toContain('\u001b')
  })
})
