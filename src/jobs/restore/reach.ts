import { dirname, join } from 'node:path'
import { createRestic, type Restic } from '../../backup/restic/restic.ts'
import type { Tool } from '../../backup/tool.ts'
import type { BackupConfig } from '../../config/types.ts'
import type { JobWorld, StepContext } from '../../flow/jobs/kind.ts'
import type { RestoreMemory } from './memory.ts'

export type RestoreContext = StepContext<RestoreMemory>

/** What the steps of a restore reach. */
export interface Reach {
  readonly config: BackupConfig
  readonly tool: Tool
  readonly restic: Restic
  /** Absolute: where data lies only while the job runs. */
  readonly scratch: string
  /** Absolute: restic's cache, by which its processes are known. */
  readonly cache: string
}

const quiet = (): void => undefined

/** @throws OperatorError when the backup or its host is not configured any more */
export function reachOf(name: string, world: JobWorld & { say?: RestoreContext['say'] }): Reach {
  const config = world.backup(name)
  const scratch = world.scratch(`restore-${name}`)
  const { signal, redact, say } = world
  const tool: Tool = {
    host: world.host(config.host),
    signal,
    say: say ? (text) => say(redact(text)) : quiet,
  }
  const { repository: url, password, env } = config
  const cache = world.scratch(`cache/${name}/restore`)
  const restic = createRestic({ name, url, password, env, cache }, tool)
  return { config, tool, scratch, cache, restic }
}

/** Beside what it will replace, so that a rename is enough. */
export const placeBeside = (path: string, backup: string): string =>
  join(dirname(path), `.mechanic-restore-${backup}`)

/** Where what was live is put: no wildcard of a source finds it there. */
export const asideOf = (path: string, { backup, stamp }: RestoreMemory): string =>
  join(dirname(path), `.before-restore-${backup}-${stamp}`, path.slice(dirname(path).length))
