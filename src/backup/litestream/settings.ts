import type { ReplicaAddress } from './address.ts'
import type { ReplicaKey } from './key.ts'

/** A snapshot a day: a restore replays at most a day of writes. */
const snapshotEvery = 24 * 3_600_000

export interface ReplicaSettings {
  /** Absolute path of the database. */
  readonly database: string
  readonly address: ReplicaAddress
  readonly key: ReplicaKey
  /** Milliseconds that one can go back. */
  readonly retention: number
  /** The private key of sftp. */
  readonly keyPath?: string
  readonly region?: string
}

/** Go's notation of a duration. */
const goDuration = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))}s`

/**
 * Litestream's config: https://litestream.io/reference/config. JSON is YAML, and needs no rules of
 * our own for what must be quoted.
 */
export function litestreamConfig(settings: ReplicaSettings): string {
  const { database, address, key, retention, keyPath, region } = settings
  const interval = goDuration(Math.min(snapshotEvery, retention))
  const replica = {
    ...address,
    ...(address.type === 's3' && region !== undefined && { region }),
    ...(address.type === 's3' && address.endpoint !== undefined && { 'force-path-style': true }),
    ...(address.type === 'sftp' && keyPath !== undefined && { 'key-path': keyPath }),
    retention: goDuration(retention),
    'retention-check-interval': '1h',
    'snapshot-interval': interval,
    'sync-interval': '1s',
    age: { identities: [key.identity], recipients: [key.recipient] },
  }
  const config = {
    logging: { level: 'info', type: 'json', stderr: true },
    dbs: [{ path: database, replicas: [replica] }],
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
