import { basename, dirname, join, resolve } from 'node:path'
import type { DeployConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'
import { colours } from '../../contract/service.ts'
import type { Colour } from '../../contract/service.ts'
import { formatSize } from '../../contract/units.ts'
import { cloneScratch } from './clone.ts'
import { isReleaseName, nameFor, pathsOf } from './paths.ts'
import type { Paths } from './paths.ts'
import { createSharing } from './sharing.ts'
import { createTools } from './tools.ts'
import { inTurn } from './turns.ts'

/** `current`, or the link of one of two copies. */
export type LinkName = 'current' | Colour

const links: readonly LinkName[] = ['current', ...colours]

export interface Place {
  readonly paths: Paths
  /** 20260131-021011-4f2c1a9: UTC, and the commit's short id; another second when it is taken. */
  nameFor(commit: string, at: number, taken: Iterable<string>): string
  /** Makes releases/, shared/ and scratch/. @throws OperatorError for a path that may not be used */
  prepare(): Promise<void>
  /** @throws OperatorError that names all that is configured as shared and does not exist */
  checkShared(): Promise<void>
  /** Links what is shared into a release, in place of what that has there itself. */
  linkShared(name: string): Promise<void>
  /** Writes a release to the disk, so that a power cut after the switch finds it whole. */
  flush(name: string): Promise<void>
  /** Points a link to a release, in one step. */
  switchTo(link: LinkName, name: string): Promise<void>
  /** The release that a link points to, whether it exists or not; null when there is no link. */
  live(link: LinkName): Promise<string | null>
  exists(name: string): Promise<boolean>
  /** The names of all releases whose directory exists, oldest first. */
  present(): Promise<readonly string[]>
  /** False when it was already gone. @throws OperatorError when a link points to it */
  remove(name: string): Promise<boolean>
  removeScratch(job: number): Promise<void>
  /** Removes what crashed jobs left in scratch/, but for those of these jobs; returns how many. */
  sweepScratch(except: Iterable<number>): Promise<number>
  /** @throws OperatorError unless so many bytes, and some inodes, are free */
  room(bytes: number): Promise<void>
}

/** node_modules of an ordinary app has more files than this. */
const fewestInodes = 20_000

/** The directories of a service on its host: releases, what they share, and the link to the live one. */
export function createPlace(
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
  deploy: Pick<DeployConfig, 'path' | 'shared'>,
): Place {
  const root = deploy.path
  const { files } = host
  const paths = pathsOf(root)
  const tools = createTools(host, signal)
  const sharing = createSharing({ host, tools, paths }, deploy.shared)

  /** Where a link is made before it takes the place of the old one. */
  const nextOf = (link: LinkName): string => join(root, `.${link}.new`)

  async function exists(name: string): Promise<boolean> {
    const path = paths.release(name)
    const facts = await files.look(path)
    if (facts?.kind !== 'link') return facts?.kind === 'directory'
    // Somebody keeps it elsewhere; a link that leads nowhere is no release.
    const real = await files.real(path).catch(() => null)
    return real !== null && (await files.look(real))?.kind === 'directory'
  }

  async function live(link: LinkName): Promise<string | null> {
    const path = join(root, link)
    const facts = await files.look(path)
    if (facts === null) return null
    if (facts.kind !== 'link')
      throw new OperatorError(
        `${path} on ${host.name} is no link, but a ${facts.kind}`,
        `Move it away first: mv ${path} ${path}.old`,
      )
    const target = (await tools.run(['readlink', '--', path])).trim()
    const whole = resolve(root, target)
    if (dirname(whole) === paths.releases) return basename(whole)
    throw new OperatorError(
      `${path} on ${host.name} points to ${target}, which is no release`,
      `Look at what it is, then remove the link: rm ${path}`,
    )
  }

  async function switchTo(link: LinkName, name: string): Promise<void> {
    if (!(await exists(name)))
      throw new OperatorError(`There is no release ${name} on ${host.name}`)
    await live(link)
    const next = nextOf(link)
    // rename(2) replaces the old link in one step: nobody ever finds none.
    await tools.run(['ln', '-sfn', '--', `releases/${name}`, next])
    await tools.run(['mv', '-fT', '--', next, join(root, link)])
  }

  /** What stands in a directory; nothing when there is none. */
  async function namesIn(directory: string): Promise<readonly string[]> {
    if ((await files.look(directory)) === null) return []
    return (await tools.run(['ls', '-1A', '--', directory])).split('\n').filter((name) => name)
  }

  async function remove(name: string): Promise<boolean> {
    const directory = paths.release(name)
    for (const link of links)
      if ((await live(link)) === name)
        throw new OperatorError(
          `The release ${name} on ${host.name} was not removed: ${link} points to it`,
        )
    return tools.removeTree(root, directory)
  }

  async function sweepScratch(except: Iterable<number>): Promise<number> {
    const kept = new Set([...except].map(String))
    const ours = (name: string): boolean =>
      (/^\d+$/.test(name) && !kept.has(name)) || cloneScratch.some((one) => one === name)
    const found = (await namesIn(paths.scratches)).filter(ours)
    for (const name of found) await tools.removeTree(root, join(paths.scratches, name))
    for (const link of links) await tools.removeTree(root, nextOf(link))
    return found.length
  }

  /** The nearest directory that exists already. */
  async function nearest(path: string): Promise<string> {
    return path === '/' || (await files.look(path)) !== null ? path : nearest(dirname(path))
  }

  return Object.freeze({
    paths,
    nameFor,
    prepare: () => tools.makeDirectories(root, [paths.releases, paths.shared, paths.scratches]),
    checkShared: sharing.check,
    linkShared: sharing.link,
    async flush(name: string) {
      await tools.run(['sync', '-f', '--', paths.release(name)])
    },
    switchTo,
    live,
    exists,
    present: async () => (await namesIn(paths.releases)).filter(isReleaseName).toSorted(),
    remove,
    async removeScratch(job: number) {
      await tools.removeTree(root, paths.scratch(job))
    },
    // Not while a clone is being made there.
    sweepScratch: (except) => inTurn(`${host.name} ${paths.repo}`, () => sweepScratch(except)),
    async room(bytes: number) {
      const { mount, available, inodes, inodesFree, readOnly } = await host.disk(
        await nearest(root),
      )
      if (readOnly)
        throw new OperatorError(
          `${mount} on ${host.name} is read-only`,
          'See in the log of the kernel why.',
        )
      if (available < bytes)
        throw new OperatorError(
          `${mount} on ${host.name} has ${formatSize(available)} free, and ${formatSize(bytes)} are needed`,
          'Make room on that file system, then try again.',
        )
      if (inodes > 0 && inodesFree < fewestInodes)
        throw new OperatorError(
          `${mount} on ${host.name} has room for ${inodesFree} more files, and ${fewestInodes} are needed`,
          'Remove files from that file system, then try again.',
        )
    },
  } satisfies Place)
}
