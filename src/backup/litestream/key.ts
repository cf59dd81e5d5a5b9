import { scrypt } from 'node:crypto'

/** What a replica is encrypted for, and what opens it: age's own notations. */
export interface ReplicaKey {
  readonly identity: string
  readonly recipient: string
}

/** The same for everybody, so that the password is all that anybody has to know. Never changed. */
const salt = 'mechanic litestream replica 1'
/**
 * Takes 32 MiB and a tenth of a second, so that a password which a person chose cannot be guessed by
 * the million: the costs that restic asks for its own keys.
 */
const costs = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const identityBytes = 32

/** The key of a password: the same password, the same key, on any machine. */
export async function replicaKey(password: string): Promise<ReplicaKey> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  scrypt(password.normalize('NFC'), salt, identityBytes, costs, (error, key) =>
    error ? reject(error) : resolve(key),
  )
  const { bech32 } = await import('@scure/base')
  const { identityToRecipient } = await import('age-encryption')
  const identity = bech32.encodeFromBytes('age-secret-key-', await promise).toUpperCase()
  return { identity, recipient: await identityToRecipient(identity) }
}
