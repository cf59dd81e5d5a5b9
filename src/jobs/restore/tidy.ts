import { dirname } from 'node:path'
import { endLeftovers } from '../../backup/leftovers.ts'
import { clearPoints } from '../../backup/points.ts'
import { dropDatabase } from '../../backup/postgres/database.ts'
import { removeEmpty, removeTree } from '../../backup/restore/files.ts'
import { dropOwnLocks } from '../backup/locks.ts'
import { freshDatabase, liveDatabase } from './fetch.ts'
import type { RestoreMemory } from './memory.ts'
import { type Reach, reachOf, type RestoreContext } from './reach.ts'

type Tidying = (memory: RestoreMemory, context: RestoreContext, reach: Reach) => Promise<unknown>

/** A database that was loaded and did not take the place of the live one. */
export async function dropFresh(
  { backup }: Pick<RestoreMemory, 'backup'>,
  context: RestoreContext,
): Promise<void> {
  const { config, tool } = reachOf(backup, context)
  const { source } = config
  if (source.kind !== 'postgres') return
  await dropDatabase(source.url, freshDatabase(liveDatabase(source.url)), tool.signal)
}

/** One that was meant for a person, and is not whole. */
async function dropSide({ entries, placed }: RestoreMemory, { config, tool }: Reach) {
  const name = entries[0]?.fresh ?? null
  if (config.source.kind === 'postgres' && name !== null && placed === null)
    await dropDatabase(config.source.url, name, tool.signal)
}

/** Ends what an end of the bot has left running; returns how many there were. */
export const endAll = async ({ tool, scratch, cache }: Reach): Promise<number> =>
  (await endLeftovers(tool, scratch)) + (await endLeftovers(tool, cache))

const removeFetched: Tidying = async ({ fetched }, _, { scratch }) => {
  for (const path of [scratch, ...fetched]) await removeTree(path)
}

const dropDatabases: Tidying = (memory, context, reach) =>
  memory.to === 'live' ? dropFresh(memory, context) : dropSide(memory, reach)

/** Where everything was put back there is nothing aside. */
const removeAside: Tidying = async ({ entries, kind }) => {
  if (kind === 'postgres') return
  for (const place of new Set(entries.map(({ aside }) => dirname(aside)))) await removeEmpty(place)
}

const removePoint: Tidying = async (_, __, { config, tool }) => clearPoints(config, tool)

const removeLock: Tidying = async ({ begun, snapshot }, { now }, reach) => {
  await endAll(reach)
  if (snapshot !== null) await dropOwnLocks(reach, begun, now())
}

/** Removes what nobody needs any more. Each part is tried, whatever becomes of the others. */
export async function tidy(memory: RestoreMemory, context: RestoreContext): Promise<undefined> {
  const reach = reachOf(memory.backup, context)
  const failures: unknown[] = []
  for (const part of [removeLock, removePoint, dropDatabases, removeAside, removeFetched])
    await part(memory, context, reach).catch((error: unknown) => failures.push(error))
  if (failures[0] !== undefined) throw failures[0]
  return undefined
}
