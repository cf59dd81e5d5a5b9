import { expect, it } from 'vitest'
import { litestreamError } from '../../../src/backup/litestream/words.ts'
import { Unavailable } from '../../../src/backup/unavailable.ts'

it.each([
  ['dial tcp 10.0.0.1:22: connect: connection refused', true],
  ['AccessDenied: Access Denied', true],
  ['no space left on device', true],
  ['no identity matched any of the recipients', false],
  ['missing initial wal', false],
  ['odd', false],
])('%s: the place of the replica is to blame: %s', (said, isPlace) => {
  const error = litestreamError('the replica cannot be restored', said)
  expect(error.message).toBe(`the replica cannot be restored: ${said}`)
  expect(error instanceof Unavailable).toBe(isPlace)
})
