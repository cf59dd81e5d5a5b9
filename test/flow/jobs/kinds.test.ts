import { expect, test } from 'vitest'
import { OperatorError } from '../../../src/contract/error.ts'
import { kindOf } from '../../../src/flow/jobs/kinds.ts'
import { loadKinds } from '../../../src/flow/kinds.ts'

test('every kind can be read, and is that of its file', async () => {
  const kinds = await loadKinds()
  expect(kinds.jobs.size).toBeGreaterThan(0)
  for (const name of kinds.jobs.keys()) expect((await kindOf({ kinds }, name)).kind).toBe(name)
})

test('a kind whose file has become another one since the start says what to do', async () => {
  const read = () => Promise.reject(new SyntaxError('no export named lookStep'))
  const kinds = { ...(await loadKinds()), jobs: new Map([['backup', read]]) }
  const asked = kindOf({ kinds }, 'backup')
  await expect(asked).rejects.toThrow(OperatorError)
  await expect(asked).rejects.toMatchObject({
    message: 'how to backup could not be read: no export named lookStep',
    advice: 'Restart Mechanic, if it was updated since its start.',
  })
})
