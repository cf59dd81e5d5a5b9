import { expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import type { Action } from '../../src/contract/house.ts'
import { t } from '../../src/contract/message.ts'
import { faultMessage } from '../../src/telegram/confirm-message.ts'

const idsOf = (action: Action): readonly string[] => {
  const prepared = { action, label: t('confirm-label'), steps: [] }
  const { blocks } = faultMessage(prepared, new OperatorError('git was killed'))
  return blocks.flatMap((block) => ('line' in block ? [block.line.id] : []))
}

test('a job that could not be begun says that nothing was done', () => {
  const ids = idsOf({ do: 'job', kind: 'deploy', about: { service: 'web' }, plan: '' })
  expect(ids).toEqual(['confirm-failed', 'confirm-not-begun'])
})

test('what failed in the middle does not say so', () => {
  expect(idsOf({ do: 'restart', service: 'web' })).toEqual(['confirm-failed'])
})
