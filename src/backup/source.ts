import type { Tool } from './tool.ts'

/** What is known of a source before anything is done. */
export interface Inspected {
  /** Bytes that a copy of it takes in the scratch place; 0 where restic reads it where it lies. */
  readonly room: number
  /** What to know of it: "PostgreSQL 15.8, 1.2 GB, 41 tables". */
  readonly about: string
}

/** Rows of each table, by its name. */
export type Counts = Readonly<Record<string, number>>

/** A source made ready for restic. */
export interface Staged {
  /** Absolute paths that restic reads. */
  readonly paths: readonly string[]
  /** Those that the snapshot must hold. */
  readonly expected: readonly string[]
  /** Bytes of the copy; 0 where restic reads it where it lies. */
  readonly bytes: number
  /** Empty for files. */
  readonly counts: Counts
  /** Tables that hold rows, and could not be counted in time. */
  readonly uncounted?: readonly string[]
  /** Epoch milliseconds: the data is as it was then. */
  readonly at: number
}

/** A kind of source. @throws OperatorError in each of its functions: what failed, what to do */
export interface Source {
  inspect(tool: Tool): Promise<Inspected>
  /** Copies it, consistent in itself, into an empty directory, and proves the copy. */
  stage(directory: string, tool: Tool): Promise<Staged>
}
