import { messageOf } from '../../contract/error.ts'
import type { FileFacts, Files } from '../../contract/host.ts'
import type { Candidate } from './find.ts'
import { mountIn } from './protected.ts'

export interface Removed {
  readonly files: number
  /** Bytes: what the last look before each removal said would go away with it. */
  readonly freed: number
  /** What could not be removed: "/x: permission denied". */
  readonly failures: readonly string[]
}

/** Removed side by side: enough to keep a disk busy. */
const batch = 16

const same = (now: FileFacts, then: FileFacts): boolean =>
  now.kind === then.kind &&
  now.device === then.device &&
  (then.kind === 'directory' || (now.modified === then.modified && now.size === then.size))

/** What is removed side by side, in turn; a walk names every directory before what is in it. */
function insideOut(all: readonly FileFacts[]): readonly (readonly FileFacts[])[] {
  const directories = all.filter(({ kind }) => kind === 'directory').toReversed()
  // Of several links to one file only the last frees anything, so those go one after another.
  const linked = all.filter(({ kind, frees }) => kind !== 'directory' && frees === 0)
  const leaves = all.filter(({ kind, frees }) => kind !== 'directory' && frees > 0)
  const batches = Array.from({ length: Math.ceil(leaves.length / batch) }, (_, at) =>
    leaves.slice(at * batch, (at + 1) * batch),
  )
  return [...linked.map((one) => [one]), ...batches, ...directories.map((one) => [one])]
}

/** As late as can be: what a mount that came after the walk shows may look just like what it hides. */
async function refuseMounts(path: string, files: Files): Promise<void> {
  const mount = mountIn(path, await files.mountPoints())
  if (mount !== null) throw new Error(`something is mounted on ${mount}`)
}

/**
 * Removes one thing and what is in it, from the inside out. Everything is looked at once more just
 * before: what has changed stays, and so do the directories it is in.
 */
async function removeOne(
  candidate: Candidate,
  files: Files,
  signal: AbortSignal,
  count: (facts: FileFacts) => void,
): Promise<void> {
  const top = await files.look(candidate.path)
  if (top === null) return
  const content = top.kind === 'directory' ? await files.walk(candidate.path) : []
  const all = [top, ...content]
  const newest = Math.max(...all.map(({ modified }) => modified))
  if (top.kind !== candidate.kind || top.device !== candidate.device || newest !== candidate.newest)
    throw new Error('it has changed meanwhile')
  const one = async (facts: FileFacts): Promise<void> => {
    const now = await files.look(facts.path)
    if (now === null) return
    if (!same(now, facts)) throw new Error(`${facts.path} has changed meanwhile`)
    if (await files.remove(facts.path)) count(now)
  }
  for (const some of insideOut(all)) {
    signal.throwIfAborted()
    await refuseMounts(candidate.path, files)
    await Promise.all(some.map(one))
  }
}

/** Removes what was chosen; ends early, with what it has done, when `signal` is aborted. */
export async function remove(
  chosen: readonly Candidate[],
  files: Files,
  signal: AbortSignal,
): Promise<Removed> {
  let removed = 0
  let freed = 0
  const failures: string[] = []
  for (const candidate of chosen) {
    if (signal.aborted) {
      failures.push('the time was up')
      break
    }
    try {
      await removeOne(candidate, files, signal, ({ kind, frees }) => {
        removed += kind === 'directory' ? 0 : 1
        freed += frees
      })
    } catch (thrown) {
      failures.push(`${candidate.path}: ${messageOf(thrown)}`)
    }
  }
  return { files: removed, freed, failures }
}
