import { expect, test } from 'vitest'
import type { Mode } from './support/app.ts'
import { deploy } from './support/chat.ts'
import { openStage } from './support/stage.ts'
import { truthOf, undoneWithin, wrongs } from './support/truth.ts'

/** How each bad release ends, and what its message must say of why. */
const bad: readonly (readonly [Mode, RegExp, RegExp])[] = [
  ['fails-validation', /^❌ web was not deployed\n/, /1 test failed: says hello/],
  ['fails-to-build', /^❌ web was not deployed\n/, /cannot find module \.\/missing/],
  ['builds-for-ever', /^❌ web was not deployed\n/, /node build\.cjs was not done within 15s/],
  ['answers-503', /^❌ Rolled back web to [0-9a-f]{7}\n/, /503/],
  ['answers-wrongly', /^❌ Rolled back web to [0-9a-f]{7}\n/, /hello/],
  ['hangs', /^❌ Rolled back web to [0-9a-f]{7}\n/, /answer|timeout|in time|2 s/i],
  ['dies', /^❌ Rolled back web to [0-9a-f]{7}\n/, /./],
]

/** The acceptance's own limit. */
const backWithin = 30_000

test(
  'every bad release: the old one serves again, the message says why, the next one goes',
  {
    timeout: 20 * 60_000,
  },
  async () => {
    const stage = await openStage({ deploy: { timeout: '15s' } })
    stage.origin.push('0')
    await stage.start()
    expect((await deploy(stage)).text).toMatch(/^✅/)
    let good = '0'
    for (const [mode, outcome, why] of bad) {
      stage.origin.push(`bad ${mode}`, mode)
      const end = await deploy(stage)
      expect(end.text).toMatch(outcome)
      expect(end.text).toMatch(why)
      const truth = await truthOf(stage)
      expect({ mode, wrongs: wrongs(truth) }).toEqual({ mode, wrongs: [] })
      expect(truth.served).toBe(`hello ${good}`)
      expect({ mode, back: undoneWithin(stage) }).toSatisfy(({ back }) => back < backWithin)
      good = `after ${mode}`
      stage.origin.push(good)
      expect((await deploy(stage)).text).toMatch(/^✅ Deployed web/)
      expect(await stage.served()).toBe(`hello ${good}`)
    }
  },
)
