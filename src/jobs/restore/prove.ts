import { join } from 'node:path'
import { atDatabase } from '../../backup/postgres/address.ts'
import { countPostgres } from '../../backup/postgres/counts.ts'
import { aboutDump } from '../../backup/postgres/files.ts'
import { demandCounts, proveFiles, proveSqlite, rowsOf } from '../../backup/restore/databases.ts'
import { isThere } from '../../backup/restore/files.ts'
import { findDatabase, findDump } from '../../backup/restore/find.ts'
import { OperatorError } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import type { RestoreMemory } from './memory.ts'
import { type Reach, reachOf, type RestoreContext } from './reach.ts'

const total = (counts: Readonly<Record<string, number>>): string =>
  `${Object.values(counts).reduce((sum, rows) => sum + rows, 0)} rows in ${Object.keys(counts).length} tables`

/** The rows that the run has counted whose snapshot this is; undefined for a point in time. */
const countedBy = ({ backup, snapshot }: RestoreMemory, context: RestoreContext) =>
  snapshot === null
    ? undefined
    : context.backups.runs(backup, 1_000).find((run) => run.snapshot === snapshot)?.counts

async function provePostgres(
  { entries, fetched }: RestoreMemory,
  url: string,
  { tool }: Reach,
): Promise<string> {
  const [entry] = entries
  const [directory] = fetched
  if (!entry?.fresh || directory === undefined) throw new Error('nothing was fetched')
  const { counts } = await aboutDump(await findDump(directory, tool))
  const found = await countPostgres(atDatabase(url, entry.fresh), tool.signal)
  const compared = Object.fromEntries(
    Object.entries(counts).filter(([table]) => !found.left.includes(table)),
  )
  demandCounts(entry.fresh, compared, found.counts)
  return total(found.counts)
}

async function proveDatabase(
  memory: RestoreMemory,
  path: string,
  { tool }: Reach,
  context: RestoreContext,
): Promise<string> {
  await proveSqlite(path, tool)
  const found = await rowsOf(path, tool)
  demandCounts(path, countedBy(memory, context) ?? {}, found)
  return total(found)
}

/** Everything that the snapshot holds has to be there; restic has read it all again. */
async function provePaths(memory: RestoreMemory, { tool }: Reach): Promise<string> {
  const { entries, fetched, paths } = memory
  const wanted =
    memory.to === 'live'
      ? entries.flatMap(({ fresh }) => (fresh === null ? [] : [fresh]))
      : paths.map((path) => join(fetched[0] ?? '', path))
  for (const path of wanted)
    if (!(await isThere(path)))
      throw new OperatorError(`${path} was not restored`, 'Choose another snapshot.')
  const databases = await proveFiles(wanted, tool)
  return databases === 0
    ? `${wanted.length} paths`
    : `${wanted.length} paths, ${databases} databases`
}

async function prove(
  memory: RestoreMemory,
  reach: Reach,
  context: RestoreContext,
): Promise<string> {
  const { source } = reach.config
  if (source.kind === 'postgres') return provePostgres(memory, source.url, reach)
  if (source.kind !== 'sqlite') return provePaths(memory, reach)
  const place = memory.fetched[0] ?? ''
  return proveDatabase(memory, await findDatabase(place, reach.tool), reach, context)
}

/** Nothing is put in the place of live data that was not asked whether it is whole. */
export const proveStep: JobStep<RestoreMemory> = {
  timeout: ({ backup }, world) => world.backup(backup).timeout,
  cancellable: true,
  async run(memory, context) {
    const proven = await prove(memory, reachOf(memory.backup, context), context)
    context.say(`whole: ${proven}`)
    return { proven }
  },
}
