import type { Tool } from '../tool.ts'
import { backup, type BackupOptions } from './backup.ts'
import { check } from './check.ts'
import { createInvoke, type Pause } from './invoke.ts'
import { locks } from './locks.ts'
import { entries, size, snapshots } from './reading.ts'
import { remove } from './remove.ts'
import { restore, type RestoreOptions } from './restore.ts'
import type {
  Entry,
  Progress,
  Repository,
  RepositoryLock,
  Snapshot,
  Subset,
  Summary,
} from './types.ts'
import { version } from './version.ts'

/**
 * One repository, driven by the restic of a host. What only reads takes no lock unless it is
 * asked to, so that it works beside others and where nothing may be written.
 *
 * @throws ResticError in each of its functions
 */
export interface Restic {
  /** Fails as `absent` where it is older than 0.14. */
  version(): Promise<readonly [number, number, number]>
  init(): Promise<void>
  /**
   * Fails as `partial` when some of it could not be read; the error then has the summary of what was
   * stored all the same.
   *
   * @param paths absolute
   */
  backup(paths: readonly string[], options?: BackupOptions): Promise<Summary>
  /**
   * Of this backup, by its name's tag, oldest first; of any machine. `lock`: it takes the lock that a
   * backup takes, and fails as that would, `locked` or `refused`.
   */
  snapshots(options?: { readonly lock?: boolean }): Promise<readonly Snapshot[]>
  /**
   * At most 100,000. With paths: those themselves, and what lies right in them; nothing of one that the
   * snapshot does not have.
   */
  entries(snapshot: string, paths?: readonly string[]): Promise<readonly Entry[]>
  /** Of all that a restore writes; `files` are directories too. */
  size(snapshot: string): Promise<{ readonly bytes: number; readonly files: number }>
  /** Removes snapshots, and the data that no other one needs. One that is gone already is no failure. */
  remove(ids: readonly string[]): Promise<void>
  /** Checks the structure, and reads a part of the data. Fails as `damaged`. */
  check(subset: Subset | null, onProgress?: (progress: Progress) => void): Promise<void>
  /** Writes a snapshot below a directory, each file at its whole path. */
  restore(snapshot: string, target: string, options?: RestoreOptions): Promise<void>
  /** At most 20. */
  locks(): Promise<readonly RepositoryLock[]>
  /** Removes stale locks alone: of a dead process of this machine, or not renewed for 30 minutes. */
  unlock(): Promise<void>
}

/** Drives restic for one repository. `pause`: before a repository that is away is tried again. */
export function createRestic(repository: Repository, tool: Tool, pause?: Pause): Restic {
  const invoke = createInvoke(repository, tool, pause)
  const driver = { repository, tool, invoke }
  return Object.freeze({
    version: () => version(driver),
    init: async () => {
      await invoke({ doing: 'Making it', args: ['init'] })
    },
    backup: (paths, options = {}) => backup(driver, paths, options),
    snapshots: ({ lock = false } = {}) => snapshots(driver, lock),
    entries: (snapshot, paths) => entries(driver, snapshot, paths),
    size: (snapshot) => size(driver, snapshot),
    remove: (ids) => remove(driver, ids),
    check: (subset, onProgress) => check(driver, subset, onProgress),
    restore: (snapshot, target, options = {}) => restore(driver, snapshot, target, options),
    locks: () => locks(driver),
    unlock: async () => {
      await invoke({ doing: 'Removing stale locks', args: ['unlock'] })
    },
  } satisfies Restic)
}
