import { expect, test } from 'vitest'
import type { Action } from '../../src/contract/house.ts'
import { roles } from '../../src/contract/operator.ts'
import { lackedRole } from '../../src/telegram/confirm-refusal.ts'

const actions: readonly (readonly [Action, readonly (string | undefined)[]])[] = [
  [{ do: 'command', text: '/restart web' }, [undefined, undefined, undefined]],
  [{ do: 'restart', service: 'web' }, ['operator', undefined, undefined]],
  [{ do: 'job', kind: 'deploy', about: {} }, ['operator', undefined, undefined]],
  [{ do: 'schedule', plan: 'abc' }, ['admin', 'admin', undefined]],
  [{ do: 'job', kind: 'restore', about: {} }, ['admin', 'admin', undefined]],
]

test.each(actions)('who confirms %j has the role for it when they press', (action, lacked) => {
  expect(roles.map((role) => lackedRole(action, { id: 1, name: 'Asha', role }))).toEqual(lacked)
})
