import type { BackupConfig } from './config/types.ts'
import { OperatorError } from './contract/error.ts'
import type { Host } from './contract/host.ts'
import type { FlowOutside } from './flow/outside.ts'

export interface SnapshotsOutside {
  readonly hosts: ReadonlyMap<string, Host>
  /** Path of the state directory. */
  readonly home: string
}

/**
 * Asks repositories what they hold. It has a cache of its own: what a job's restic has left is known
 * by that of the job.
 */
export const snapshotsOf =
  ({ hosts, home }: SnapshotsOutside): FlowOutside['snapshots'] =>
  async ({ name, host: where, repository: url, password, env }: BackupConfig, signal) => {
    const host = hosts.get(where)
    if (!host)
      throw new OperatorError(`${where} cannot be reached`, 'Only this machine can be so far.')
    const cache = `${home}/scratch/cache/${name}/asking`
    const tool = { host, signal, say: () => undefined }
    // Only whoever looks into a repository needs it.
    const { createRestic } = await import('./backup/restic/restic.ts')
    return createRestic({ name, url, password, env, cache }, tool).snapshots()
  }
