import { Decrypter, Encrypter } from 'age-encryption'
import { test, expect } from 'vitest'
import { replicaKey } from '../../../src/backup/litestream/key.ts'

test('the same password opens what it closed, another one does not', async () => {
  const { recipient } = await replicaKey('correct horse')
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  const closed = await encrypter.encrypt('rows')

  const again = new Decrypter()
  again.addIdentity((await replicaKey('correct horse')).identity)
  expect(await again.decrypt(closed, 'text')).toBe('rows')

  const other = new Decrypter()
  other.addIdentity((await replicaKey('correct horsf')).identity)
  await expect(other.decrypt(closed, 'text')).rejects.toThrow('no identity matched')
})

// A replica of years ago has to be opened by the password alone.
test('a password becomes the key that it always became', async () => {
  expect(await replicaKey('correct horse battery staple')).toMatchInlineSnapshot(`
    {
      "identity": "AGE-SECRET-KEY-1RSLC49YR3D0KM02QNV6E6M8RYXXP6MXH7WFJGEFN2ANCP4DC5PESSR65E5",
      "recipient": "age1f5eyt4hak6xglvjtkurvankfxn5zd3vzsl0hkmsesszjglg3jgnsp2drac",
    }
  `)
})
