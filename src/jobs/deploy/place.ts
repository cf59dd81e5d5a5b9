import type { DeployConfig } from '../../config/types.ts'
import type { Host } from '../../contract/host.ts'
import type { Colour } from '../../contract/service.ts'

/** Where everything of a service lies below its deploy path. */
export interface Paths {
  readonly repo: string
  readonly releases: string
  readonly shared: string
  /** The link to the live release. */
  readonly current: string
  release(name: string): string
  scratch(job: number): string
  colour(colour: Colour): string
}

/** `current`, or the link of one of two copies. */
export type LinkName = 'current' | Colour

export interface Place {
  readonly paths: Paths
  /** 20260131-021011-4f2c1a9: UTC, and the commit's short id; another second when it is taken. */
  nameFor(commit: string, at: number, taken: Iterable<string>): string
  /** Makes releases/, shared/ and scratch/. @throws OperatorError for a path that may not be used */
  prepare(): Promise<void>
  /** Links what is shared into a release. @throws OperatorError when one of it does not exist */
  linkShared(name: string): Promise<void>
  /** Points a link to a release, in one step. */
  switchTo(link: LinkName, name: string): Promise<void>
  /** The release that a link points to; null when there is no link. */
  live(link: LinkName): Promise<string | null>
  exists(name: string): Promise<boolean>
  /** The names of all directories in releases/, ours or not. */
  present(): Promise<readonly string[]>
  /** False when it was already gone. @throws OperatorError when a link points to it */
  remove(name: string): Promise<boolean>
  removeScratch(job: number): Promise<void>
  /** Removes scratch places but for those of these jobs; returns how many. */
  sweepScratch(except: Iterable<number>): Promise<number>
  /** @throws OperatorError unless so many bytes, and some inodes, are free */
  room(bytes: number): Promise<void>
}

export declare function createPlace(
  settings: { readonly host: Host; readonly signal: AbortSignal },
  deploy: DeployConfig,
): Place
