import { mkdir, readdir, rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { restoreReplica } from '../../backup/litestream/restore.ts'
import { createRestic } from '../../backup/restic/restic.ts'
import type { Snapshot } from '../../backup/restic/types.ts'
import { ownFiles } from '../../backup/self/files.ts'
import { copySqlite } from '../../backup/sqlite/run.ts'
import type { Tool } from '../../backup/tool.ts'
import { replicaBeside } from '../../config/repository.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { copiesIn } from '../../core/backup/own-copies.ts'

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

export interface Remote {
  readonly repository: string
  readonly password: string
  /** Keys of the repository. */
  readonly env: Readonly<Record<string, string>>
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

/** The database from the replica beside the repository, where it is newer than the snapshot. */
async function replicated(
  { repository, password, env }: Remote,
  at: number,
  file: string,
  tool: Tool,
): Promise<number | null> {
  const replica = replicaBeside(repository, 'self')
  if (replica === null) return null
  // How long it is kept matters to whoever writes it.
  const continuous = { replica, retention: 1000, maxLag: 1000 }
  try {
    return await restoreReplica({ password, env, continuous }, at, file, tool)
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
): Promise<Found> {
  const { repository: url, password, env } = remote
  const cache = join(scratch, 'cache')
  const restic = createRestic({ name: 'self', url, password, env, cache }, tool)
  const snapshot = pick(await restic.snapshots(), at)
  const tree = join(scratch, 'snapshot')
  await mkdir(tree, { mode: 0o700 })
  await restic.restore(snapshot.id, tree, { verify: true })
  const database = (await tool.host.files.walk(tree)).find(({ path }) =>
    path.endsWith(`/${ownFiles.database}`),
  )
  if (!database) throw new OperatorError(`snapshot ${snapshot.id.slice(0, 8)} holds no mechanic.db`)
  const directory = dirname(database.path)
  const from = `snapshot ${snapshot.id.slice(0, 8)}`
  const newer = join(scratch, ownFiles.database)
  const replicaAt = await replicated(remote, at, newer, tool)
  if (replicaAt === null || replicaAt <= snapshot.at) return { directory, at: snapshot.at, from }
  await copySqlite(newer, join(directory, 'newer.db'), tool)
  await rename(join(directory, 'newer.db'), database.path)
  return { directory, at: replicaAt, from: `${from}, its database from the replica` }
}
