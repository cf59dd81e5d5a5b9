import type { DeployConfig } from '../../config/types.ts'
import type { GitSettings } from './git.ts'

/** A commit, as it is shown before it is deployed. */
export interface Commit {
  /** All 40 digits. */
  readonly id: string
  /** Its first 7. */
  readonly short: string
  /** What it was asked for as: a branch, a tag, or the short id. */
  readonly ref: string
  readonly author: string
  /** The first line of its message. */
  readonly subject: string
  /** When it was committed, epoch milliseconds. */
  readonly at: number
}

/** What lies between two commits. */
export interface Difference {
  /** Those that only the new one has. */
  readonly commits: number
  /** Files that differ. */
  readonly files: number
  /** Those that only the old one has: more than 0 when history goes back, or was rewritten. */
  readonly back: number
}

/** The repository of a service, as a bare clone on the service's host. */
export interface Source {
  /** Brings the clone up to date: makes it where there is none, and anew where it is broken. */
  refresh(): Promise<void>
  /**
   * The commit of a branch, a tag or a commit id of 7 digits or more; default: the configured branch.
   *
   * @throws OperatorError when there is none, or it cannot be deployed: submodules, Git LFS
   */
  resolve(ref?: string): Promise<Commit>
  /** Null when the clone does not have one of them any more. */
  since(from: string, to: string): Promise<Difference | null>
  /** The files of a commit, without .git, in a directory that does not exist yet. */
  checkout(commit: string, directory: string): Promise<void>
  /** A clone of the clone, with .git, in a directory that does not exist yet. */
  scratch(commit: string, directory: string): Promise<void>
}

export declare function createSource(
  settings: GitSettings,
  deploy: DeployConfig,
  service: string,
): Source
