import { join } from 'node:path'
import { openReplica } from './backup/litestream/replica.ts'
import { replicatedOf } from './backup/litestream/run.ts'
import type { BackupConfig } from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import { OperatorError } from './contract/error.ts'
import type { Host } from './contract/host.ts'
import type { Log } from './contract/log.ts'
import type { Replica, Replicate } from './flow/replicas.ts'
import type { Store } from './store/store.ts'

export interface ReplicatingOutside {
  readonly clock: Clock
  readonly log: Log
  readonly hosts: ReadonlyMap<string, Host>
  readonly store: Store
  readonly redact: (text: string) => string
  /** Path of the state directory. */
  readonly home: string
}

/** Milliseconds over one segment, on a slow line to a busy place, before Litestream counts as stuck. */
const patience = 60_000
/**
 * Pages of the bot's own log that Litestream has to itself (https://litestream.io/tips): beyond them
 * it is not there, and SQLite tidies up again before the disk is full.
 */
const spared = 20_000

const databaseOf = ({ name, source }: BackupConfig): string => {
  if (source.kind === 'sqlite') return source.path
  if (source.kind === 'self') return source.database
  throw new OperatorError(`${name} is no SQLite database, and cannot be replicated`)
}

/** Replicates the databases of this machine, the bot's own one too. */
export const replicating =
  ({ hosts, store, home, ...outside }: ReplicatingOutside): Replicate =>
  (config, since): Replica => {
    const host = hosts.get(config.host)
    if (!host?.local) throw new OperatorError(`${config.host} cannot be replicated from here`)
    const isOwn = config.source.kind === 'self'
    const directory = join(home, 'scratch', 'litestream', config.name)
    if (isOwn) store.checkpointAfter(spared)
    const replica = openReplica(replicatedOf(config), databaseOf(config), since, {
      ...outside,
      host,
      directory,
      patience,
    })
    return {
      ...replica,
      async stop() {
        await replica.stop()
        if (isOwn) store.checkpointAfter(null)
      },
    }
  }
