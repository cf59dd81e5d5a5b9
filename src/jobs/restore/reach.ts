import { dirname, join } from 'node:path'
import type { StepContext } from '../../flow/jobs/kind.ts'
import { reachOf as reachOfJob } from '../backup/reach.ts'
import type { RestoreMemory } from './memory.ts'

export type { Reach } from '../backup/reach.ts'

export type RestoreContext = StepContext<RestoreMemory>

/** @throws OperatorError when the backup or its host is not configured any more */
export const reachOf = (name: string, context: RestoreContext) =>
  reachOfJob(name, 'restore', context)

/** Beside what it will replace, so that a rename is enough. */
export const placeBeside = (path: string, backup: string): string =>
  join(dirname(path), `.mechanic-restore-${backup}`)

/** Where what was live is put: no wildcard of a source finds it there. */
export const asideOf = (path: string, { backup, stamp }: RestoreMemory): string =>
  join(dirname(path), `.before-restore-${backup}-${stamp}`, path.slice(dirname(path).length))
