import { dirname, join, basename } from 'node:path'
import type { FileFacts, Files } from '../../contract/host.ts'
import { messageOf } from '../../contract/error.ts'
import { mountIn, refusal } from './protected.ts'

/** Something a pattern matched and that may be removed as a whole. */
export interface Candidate {
  readonly path: string
  readonly kind: 'file' | 'directory'
  readonly device: number
  /** Epoch milliseconds of the newest change of it or of anything in it. */
  readonly newest: number
  /** Bytes that go away with it. */
  readonly frees: number
  /** Files in it, or 1. */
  readonly files: number
}

export interface Found {
  /** One list a pattern, in the order of the config. */
  readonly matches: readonly (readonly Candidate[])[]
  /** Matched, but never removed: "/run/x: a socket is in it". */
  readonly left: readonly string[]
}

/** The walk of a host ends there; what is behind it was not seen. */
const walkLimit = 100_000

const isOwnState = (path: string): boolean => basename(path).startsWith('mechanic.db')

function whole(top: FileFacts, content: readonly FileFacts[]): Candidate | string {
  if (content.length >= walkLimit) return 'it holds too many files: name smaller parts of it'
  if (content.some(({ path }) => isOwnState(path))) return "it holds the bot's own database"
  // Their age says nothing: a program may have been listening there for months.
  if (content.some(({ kind }) => kind === 'other')) return 'a socket, pipe or device is in it'
  const all = [top, ...content]
  return {
    path: top.path,
    kind: 'directory',
    device: top.device,
    newest: Math.max(...all.map(({ modified }) => modified)),
    frees: all.reduce((sum, { frees }) => sum + frees, 0),
    files: content.filter(({ kind }) => kind !== 'directory').length,
  }
}

/** A candidate, why there is none, or null for what is passed over: links, sockets, what has gone. */
async function examine(
  path: string,
  files: Files,
  own: readonly string[],
  mounts: readonly string[],
): Promise<Candidate | string | null> {
  const facts = await files.look(path)
  if (facts === null || facts.kind === 'link' || facts.kind === 'other') return null
  const real = join(await files.real(dirname(path)), basename(path))
  const refused = refusal(real, own) ?? (real === path ? null : 'a link is on the way to it')
  if (refused !== null) return refused
  const mount = mountIn(path, mounts)
  if (mount !== null) return `something is mounted on ${mount}`
  if (isOwnState(path)) return "it is the bot's own database"
  if (facts.kind === 'directory') return whole(facts, await files.walk(path))
  const { device, modified, frees } = facts
  return { path, kind: 'file', device, newest: modified, frees, files: 1 }
}

/** Looks at everything the patterns match; changes nothing. */
export async function find(
  patterns: readonly string[],
  files: Files,
  own: readonly string[],
  signal: AbortSignal,
): Promise<Found> {
  const matches: Candidate[][] = []
  const left: string[] = []
  const mounts = await files.mountPoints()
  for (const pattern of patterns) {
    const found: Candidate[] = []
    for (const path of await files.glob(pattern)) {
      signal.throwIfAborted()
      const seen = await examine(path, files, own, mounts).catch(messageOf)
      if (typeof seen === 'string') left.push(`${path}: ${seen}`)
      else if (seen !== null) found.push(seen)
    }
    matches.push(found)
  }
  return { matches, left: [...new Set(left)] }
}
