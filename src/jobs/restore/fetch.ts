import { dirname, join } from 'node:path'
import { hasPoints, restorePoint } from '../../backup/points.ts'
import { loadPostgres } from '../../backup/postgres/load.ts'
import { addressOf } from '../../backup/postgres/address.ts'
import { findPath, isGlob } from '../../backup/files/source.ts'
import { dressLike, freshDirectory, isThere, realPath } from '../../backup/restore/files.ts'
import { findDatabase, findDump } from '../../backup/restore/find.ts'
import { OperatorError } from '../../contract/error.ts'
import { t } from '../../contract/message.ts'
import { companionsOf, databaseBeside, outermost } from '../../core/restore/names.ts'
import type { SwapEntry } from '../../core/restore/swap.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { whenFree } from '../backup/locks.ts'
import { progressText } from '../backup/upload.ts'
import type { RestoreMemory } from './memory.ts'
import { demandNoMounts } from './mounts.ts'
import { asideOf, placeBeside, type Reach, reachOf, type RestoreContext } from './reach.ts'

type Part = Partial<RestoreMemory>

/** How long somebody who removes old data is waited for. */
const patience = 30 * 60_000

/** A database that was loaded for a swap, of the one that is live. */
export const freshDatabase = (live: string): string => databaseBeside(live, '_mechanic_new')

/** The name of the database that a backup is of. */
export const liveDatabase = (url: string): string => addressOf(url)['dbname'] ?? ''

/** Data of the snapshot or the moment, below a directory that is made for it. */
async function bring(
  memory: RestoreMemory,
  reach: Reach,
  directory: string,
  context: RestoreContext,
  include: readonly string[] = [],
): Promise<void> {
  const { config, tool, restic } = reach
  await freshDirectory(directory)
  if (memory.snapshot === null) {
    if (!hasPoints(config))
      throw new OperatorError(`${config.name} keeps no points in time any more`)
    await restorePoint(config, memory.at, directory, tool)
    return
  }
  const { snapshot } = memory
  const wait = { since: memory.begun, all: false, within: patience }
  await whenFree(reach, context, wait, () =>
    restic.restore(snapshot, directory, {
      verify: true,
      ...(include.length > 0 && { include }),
      onProgress: (progress) => context.progress(progressText(progress)),
    }),
  )
}

const sideOf = ({ backup, stamp }: RestoreMemory, context: RestoreContext): string =>
  `${context.restored(`${backup}-${stamp}`)}.part`

async function fetchToSide(
  memory: RestoreMemory,
  reach: Reach,
  context: RestoreContext,
): Promise<Part> {
  const directory = sideOf(memory, context)
  context.remember({ fetched: [directory] })
  await bring(memory, reach, directory, context)
  return {}
}

/** Into a new database on the server that the source is on. */
async function fetchPostgres(
  memory: RestoreMemory,
  url: string,
  reach: Reach,
  context: RestoreContext,
): Promise<Part> {
  const { tool, scratch } = reach
  const directory = join(scratch, 'data')
  const live = liveDatabase(url)
  const name =
    memory.to === 'live' ? freshDatabase(live) : databaseBeside(live, `_restored_${memory.stamp}`)
  const aside = databaseBeside(live, `_before_${memory.stamp}`)
  context.remember({ fetched: [directory], entries: [{ live, fresh: name, aside }] })
  await bring(memory, reach, directory, context)
  context.progress(t('restore-loading', { name }))
  await loadPostgres(
    url,
    name,
    await findDump(directory, tool),
    { owners: memory.to === 'live' },
    tool,
  )
  return {}
}

/** What is put aside although nothing takes its place: it belongs to what goes. */
const onlyAside = (path: string, memory: RestoreMemory): SwapEntry => ({
  live: path,
  fresh: null,
  aside: asideOf(path, memory),
})

/** Litestream's own notes about a database, which are wrong for another one. */
const replicaNotes = (path: string): string =>
  join(dirname(path), `.${path.slice(dirname(path).length).replace(/^\//, '')}-litestream`)

async function fetchSqlite(
  memory: RestoreMemory,
  named: string,
  reach: Reach,
  context: RestoreContext,
): Promise<Part> {
  // SQLite follows links, and has its journals where they lead.
  const path = await realPath(named, reach.tool)
  const directory = placeBeside(path, memory.backup)
  context.remember({ fetched: [directory] })
  await bring(memory, reach, directory, context)
  const fresh = await findDatabase(directory, reach.tool)
  await dressLike(fresh, path)
  return {
    entries: [
      {
        live: path,
        fresh,
        aside: asideOf(path, memory),
        companions: [...companionsOf(path), replicaNotes(path)].map((one) => ({
          live: one,
          aside: asideOf(one, memory),
        })),
      },
    ],
  }
}

const changedSince = (what: string): OperatorError =>
  new OperatorError(
    what,
    'Its source was changed since. Restore it to the side, and move what you want by hand.',
  )

/**
 * What the source finds now and the snapshot does not hold.
 *
 * @throws OperatorError where a rename would not do it justice
 */
async function goneOf(
  patterns: readonly string[],
  paths: readonly string[],
  { tool: { host } }: Reach,
): Promise<readonly string[]> {
  const held = (path: string): boolean =>
    paths.some((one) => one === path || path.startsWith(`${one}/`))
  const now: string[] = []
  for (const pattern of patterns) {
    const found = await findPath(pattern, host)
    const missing = isGlob(pattern) ? undefined : found.find((path) => !held(path))
    if (missing !== undefined) throw changedSince(`the snapshot holds nothing of ${missing}`)
    now.push(...found)
  }
  const gone = outermost([...now, ...paths]).filter((path) => !held(path))
  const below = gone.find((path) => paths.some((one) => one.startsWith(`${path}/`)))
  if (below !== undefined) throw changedSince(`the snapshot holds only parts of ${below}`)
  return gone
}

/** Everything that the source names now, and everything that the snapshot holds. */
async function fetchPaths(
  memory: RestoreMemory,
  patterns: readonly string[],
  reach: Reach,
  context: RestoreContext,
): Promise<Part> {
  const paths = outermost(memory.paths)
  await goneOf(patterns, paths, reach)
  const places = Map.groupBy(paths, (path) => placeBeside(path, memory.backup))
  context.remember({ fetched: [...places.keys()] })
  for (const [place, some] of places) {
    const above = dirname(place)
    const wasThere = await isThere(above)
    await bring(memory, reach, place, context, some)
    if (!wasThere) await dressLike(above, join(place, above))
  }
  // Fetching takes long: what has come since is put aside too.
  const gone = await goneOf(patterns, paths, reach)
  await demandNoMounts(gone, reach)
  const known = new Set([...gone, ...paths])
  const entries = paths.map(async (path): Promise<SwapEntry> => {
    const fresh = join(placeBeside(path, memory.backup), path)
    const isFile = (await reach.tool.host.files.look(fresh))?.kind === 'file'
    const journals = isFile ? companionsOf(path).filter((one) => !known.has(one)) : []
    const companions = journals.map((one) => ({ live: one, aside: asideOf(one, memory) }))
    return { live: path, fresh, aside: asideOf(path, memory), companions }
  })
  return {
    entries: [...gone.map((path) => onlyAside(path, memory)), ...(await Promise.all(entries))],
  }
}

/** Brings the data back, to where a rename is enough to make it the live one. */
export const fetchStep: JobStep<RestoreMemory> = {
  timeout: ({ backup }, world) => patience + world.backup(backup).timeout,
  cancellable: true,
  async run(memory, context) {
    const reach = reachOf(memory.backup, context)
    const { source } = reach.config
    if (source.kind === 'postgres') return fetchPostgres(memory, source.url, reach, context)
    if (memory.to === 'side') return fetchToSide(memory, reach, context)
    if (source.kind === 'sqlite') return fetchSqlite(memory, source.path, reach, context)
    if (source.kind === 'paths') return fetchPaths(memory, source.paths, reach, context)
    throw new OperatorError(`${memory.backup} cannot be restored over live data`)
  },
}
