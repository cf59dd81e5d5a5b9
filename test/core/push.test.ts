import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Push } from '../../src/contract/push.ts'
import { decidePush, type PushContext } from '../../src/core/push.ts'

const push: Push = {
  ref: 'refs/heads/main',
  commit: 'c2',
  subject: 'Say hello',
  author: 'Asha',
  pusher: 'ben',
  commits: 1,
}
const around: PushContext = { branch: 'main', live: 'c1', last: 'c1', known: false, auto: false }

test.each([
  ['offered', {}],
  ['deploying', { auto: true }],
  ['another-branch', { branch: 'live' }],
  ['already-live', { live: 'c2', auto: true }],
  ['already-offered', { last: 'c2', known: true, auto: true }],
  // Somebody pushed back to it, or sends an old delivery again: a person decides.
  ['offered', { known: true, auto: true }],
] as const)('%s: %j', (outcome, fields) => {
  expect(decidePush(push, { ...around, ...fields })).toBe(outcome)
})

test('nothing is deployed without asking that was taken up before, or that is another branch', () => {
  const id = fc.constantFrom('c1', 'c2', 'c3')
  const any = fc.record({
    branch: fc.constantFrom('main', 'live'),
    live: id,
    last: id,
    known: fc.boolean(),
    auto: fc.boolean(),
  })
  fc.assert(
    fc.property(any, (context) => {
      if (decidePush(push, context) !== 'deploying') return
      expect(context).toMatchObject({ branch: 'main', known: false, auto: true })
      expect([context.live, context.last]).not.toContain('c2')
    }),
  )
})
