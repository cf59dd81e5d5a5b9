import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../contract/error.ts'

const pathLimit = 10_000
/** Directories that `**` may open before it gives up. */
const directoryLimit = 20_000

const isPattern = (segment: string): boolean => /[*?[]/.test(segment)

const braces = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s
const alternativeLimit = 1000

/** All that the `{a,b}`s of a pattern stand for, innermost first. Throws above 1000. */
export function expandBraces(pattern: string): readonly string[] {
  let expanded = [pattern]
  while (expanded.some((one) => braces.test(one))) {
    expanded = expanded.flatMap((one) => {
      const [, before = '', inside, after = ''] = braces.exec(one) ?? []
      return inside === undefined ? [one] : inside.split(',').map((part) => before + part + after)
    })
    if (expanded.length > alternativeLimit) {
      throw new OperatorError(`${pattern} stands for more than ${alternativeLimit} patterns`)
    }
  }
  return expanded
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** One segment as glob(7) reads it: `*`, `?` and `[…]`, which never match a leading dot or a slash. */
export function segmentPattern(segment: string): RegExp {
  let source = ''
  for (let at = 0; at < segment.length; at += 1) {
    const char = segment.charAt(at)
    const close = char === '[' ? segment.indexOf(']', at + 2) : -1
    if (char === '*') source += source.endsWith('[^/]*') ? '' : '[^/]*'
    else if (char === '?') source += '[^/]'
    else if (close > 0) {
      const [, not, set = ''] = /^([!^]?)(.*)$/s.exec(segment.slice(at + 1, close)) ?? []
      const members = set.replace(/[\\\][^]/g, '\\$&')
      source += `[${not ? '^/' : ''}${validRange(members) ? members : escape(set)}]`
      at = close
    } else source += escape(char)
  }
  return new RegExp(`^${/^[*?[]/.test(segment) ? '(?!\\.)' : ''}${source}$`, 's')
}

/** `z-a` is no range; its characters are then meant themselves. */
const validRange = (members: string): boolean => {
  try {
    return new RegExp(`[${members}]`).source !== ''
  } catch {
    return false
  }
}

/** Where something is mounted: a wildcard leads into none of these, a plain name does. */
export type MountPoints = ReadonlySet<string>

const entriesOf = (path: string): Promise<readonly Dirent[]> =>
  readdir(path, { withFileTypes: true }).catch(() => [])

/** Directories below, links not followed, dot directories left out as glob(7) does. */
async function directoriesBelow(path: string, mounts: MountPoints): Promise<readonly string[]> {
  const found = [path]
  for (let at = 0; at < found.length && found.length < directoryLimit; at += 1) {
    const directory = found[at] ?? path
    for (const entry of await entriesOf(directory)) {
      const inner = join(directory, entry.name)
      if (entry.isDirectory() && !entry.name.startsWith('.') && !mounts.has(inner))
        found.push(inner)
    }
  }
  return found.slice(0, directoryLimit)
}

/** Paths in `directory` that match one segment; all but the last segment must be real directories. */
async function step(
  directory: string,
  segment: string,
  last: boolean,
  mounts: MountPoints,
): Promise<readonly string[]> {
  if (segment === '**') return directoriesBelow(directory, mounts)
  if (!isPattern(segment)) {
    const path = join(directory, segment)
    const stats = await lstat(path).catch(() => null)
    return stats !== null && (last || stats.isDirectory()) ? [path] : []
  }
  const pattern = segmentPattern(segment)
  const entries = await entriesOf(directory)
  return entries
    .filter((entry) => pattern.test(entry.name) && (last || entry.isDirectory()))
    .map((entry) => join(directory, entry.name))
    .filter((path) => last || !mounts.has(path))
}

async function matches(
  base: string,
  pattern: string,
  mounts: MountPoints,
): Promise<readonly string[]> {
  const segments = pattern.split('/').filter((segment) => segment !== '')
  // A pattern that ends in `**` means everything below.
  if (segments.at(-1) === '**') segments.push('*')
  if (segments.some((segment) => segment === '..' || segment === '.')) {
    throw new OperatorError(`${pattern} must not contain . or .. as a part of its path`)
  }
  let found: readonly string[] = [base]
  for (const [index, segment] of segments.entries()) {
    const next = new Set<string>()
    for (const directory of found) {
      const last = index === segments.length - 1
      for (const path of await step(directory, segment, last, mounts)) next.add(path)
      if (next.size >= directoryLimit) break
    }
    found = [...next]
  }
  return found
}

/**
 * Existing paths that a pattern stands for, sorted: `~/` is the home directory, the rest is glob(7)
 * with `**` and `{a,b}`. A link is never followed on the way, nor a mount entered by a wildcard, but
 * either may be what is found. Throws for a pattern that is not absolute.
 */
export async function expand(
  pattern: string,
  home: string,
  mounts: MountPoints,
): Promise<readonly string[]> {
  const atHome = pattern === '~' || pattern.startsWith('~/')
  if (!atHome && !pattern.startsWith('/')) {
    throw new OperatorError(`${pattern} is not an absolute path`, 'Begin it with / or ~/.')
  }
  const base = atHome ? await realpath(home) : '/'
  const found = new Set<string>()
  for (const one of expandBraces(atHome ? pattern.slice(1) : pattern)) {
    for (const path of await matches(base, one, mounts)) found.add(path)
    if (found.size >= pathLimit) break
  }
  return [...found].toSorted().slice(0, pathLimit)
}
