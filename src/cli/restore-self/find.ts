import { mkdir, readdir, rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { restoreReplica } from '../../backup/litestream/restore.ts'
import { createRestic } from '../../backup/restic/restic.ts'
import type { Snapshot } from '../../backup/restic/types.ts'
import { ownFiles } from '../../backup/self/files.ts'
import { copySqlite } from '../../backup/sqlite/run.ts'
import type { Tool } from '../../backup/tool.ts'
import type { Env } from '../../config/fill.ts'
import type { Places } from '../../config/repository.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { copiesIn } from '../../core/backup/own-copies.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import { type Remote, replicaOf } from './replica.ts'

/** State that was found: a directory with a database in it, and with luck a config and secrets. */
export interface Found {
  readonly directory: string
  /** Epoch milliseconds of its data; null where nobody knows. */
  readonly at: number | null
  /** Where it comes from, in words. */
  readonly from: string
}

/** A copy of the database alone. `scratch`: an empty directory. @throws OperatorError */
export async function fromFile(file: string, scratch: string, tool: Tool): Promise<Found> {
  const path = resolve(file)
  await copySqlite(path, join(scratch, ownFiles.database), tool)
  const modified = (await tool.host.files.look(path))?.modified ?? null
  return { directory: scratch, at: modified, from: path }
}

/** The newest of the daily copies, not after a time. @throws OperatorError when there is none */
export async function fromCopies(
  home: string,
  at: number | undefined,
  scratch: string,
  tool: Tool,
): Promise<Found> {
  const directory = join(home, 'backups')
  const copies = copiesIn(await readdir(directory).catch(() => []))
  const looked = await Promise.all(
    copies.map((name) => tool.host.files.look(join(directory, name))),
  )
  const found = looked.find((facts) => facts && (at === undefined || facts.modified <= at))
  if (found) return fromFile(found.path, scratch, tool)
  throw new OperatorError(
    `there is no copy ${at === undefined ? '' : 'from then or before '}in ${directory}`,
    'name one: --from FILE, or the repository of the backup self: --repository ADDRESS',
  )
}

function pick(snapshots: readonly Snapshot[], at: number | undefined): Snapshot {
  const found = snapshots.findLast((one) => at === undefined || one.at <= at)
  if (found) return found
  const [first] = snapshots
  throw new OperatorError(
    first
      ? 'the repository holds no state from then or before'
      : 'the repository holds no state of a bot',
    first
      ? `the first one is of ${new Date(first.at).toISOString()}`
      : 'see that it is the repository of the backup `self`',
  )
}

/** What is around: where the bot is started, and what is set there. */
export interface Around {
  readonly places: Places
  readonly env: Env
}

/**
 * Puts the replica's database in the place of a snapshot's, where it is newer and whole.
 *
 * @returns the time of its data; null where the snapshot's stays
 */
async function replicated(
  remote: Remote,
  wanted: { readonly at: number; readonly newerThan: number },
  database: string,
  { places, env, scratch, tool }: Around & { readonly scratch: string; readonly tool: Tool },
): Promise<number | null> {
  const replica = await replicaOf(remote, dirname(database), places, env)
  if (replica === null) return null
  const [file, proven] = [join(scratch, ownFiles.database), join(scratch, 'proven.db')]
  try {
    const at = await restoreReplica(replica, wanted.at, file, tool)
    if (at <= wanted.newerThan) return null
    await copySqlite(file, proven, tool)
    await rename(proven, database)
    return at
  } catch (error) {
    tool.say(`not from the replica: ${messageOf(error)}`)
    return null
  }
}

/** The state in a repository, its database as late as possible. @throws OperatorError, ResticError */
export async function fromRepository(
  remote: Remote,
  at: number,
  scratch: string,
  tool: Tool,
  around: Around,
): Promise<Found> {
  const { repository: url, password, env } = remote
  const cache = join(scratch, 'cache')
  const restic = createRestic({ name: 'self', url, password, env, cache }, tool)
  const snapshot = pick(await restic.snapshots(), at)
  const tree = join(scratch, 'snapshot')
  await mkdir(tree, { mode: 0o700 })
  await restic.restore(snapshot.id, tree, { verify: true })
  const id = shortId(snapshot.id)
  const database = (await tool.host.files.walk(tree)).find(({ path }) =>
    path.endsWith(`/${ownFiles.database}`),
  )?.path
  if (database === undefined) throw new OperatorError(`snapshot ${id} holds no mechanic.db`)
  const found = { directory: dirname(database), from: `snapshot ${id} of ${snapshot.host}` }
  const wanted = { at, newerThan: snapshot.at }
  const newer = await replicated(remote, wanted, database, { ...around, scratch, tool })
  if (newer === null) return { ...found, at: snapshot.at }
  return { ...found, at: newer, from: `${found.from}, its database from the replica` }
}
