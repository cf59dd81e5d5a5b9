import { basename, dirname, join } from 'node:path'
import type { Tool } from '../../backup/tool.ts'
import { clearPoints } from '../../backup/points.ts'
import { atDatabase } from '../../backup/postgres/address.ts'
import { databaseExists, dropDatabase, quoteName } from '../../backup/postgres/database.ts'
import { DumpError } from '../../backup/postgres/explain.ts'
import { dumpFiles } from '../../backup/postgres/files.ts'
import { loadPostgres } from '../../backup/postgres/load.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { damageIn } from '../backup/damage.ts'
import { whenFree } from '../backup/locks.ts'
import { type Reach, reachOf } from '../backup/reach.ts'
import { remaining } from '../backup/time.ts'
import { progressText } from '../backup/upload.ts'
import type { Chosen, DrillMemory } from './memory.ts'
import { scratchName, serverOf } from './server.ts'

/** Who removes old snapshots may keep the repository for so long. */
const patience = 60 * 60_000

/** @throws OperatorError when an earlier step has not chosen one */
export function chosenOf({ chosen }: DrillMemory): Chosen {
  if (chosen !== null) return chosen
  throw new OperatorError('there is no snapshot to try out')
}

/** Restores the snapshot to the side. What cannot be restored is the drill's verdict, not its failure. */
export const fetchStep: JobStep<DrillMemory> = {
  timeout: remaining,
  cancellable: true,
  async run(memory, context) {
    const { snapshot } = chosenOf(memory)
    const reach = reachOf(memory.backup, 'drill', context)
    const { restic, scratch } = reach
    const wait = { since: memory.since, all: false, within: patience }
    let began = context.monotonic()
    const damage = await damageIn(async () => {
      await whenFree(reach, context, wait, () => {
        began = context.monotonic()
        return restic.restore(snapshot, scratch, {
          verify: true,
          onProgress: (progress) => context.progress(progressText(progress)),
        })
      })
    }, context)
    return {
      rto: context.monotonic() - began,
      damage,
      problems: damage === null ? [] : [damage.why],
    }
  },
}

/** The directory of a dump, as it lies in the scratch place. */
function dumpIn(scratch: string, { paths }: Chosen): string {
  const dump = paths.find((path) => basename(path) === dumpFiles.dump)
  if (dump !== undefined) return join(scratch, dirname(dump))
  throw new DumpError('the snapshot holds no dump of PostgreSQL')
}

function scratchServer({ config }: Reach): string {
  const url = serverOf(config)
  if (url !== null) return url
  throw new OperatorError(`${config.name} is no backup of PostgreSQL any more`)
}

/**
 * Loads a dump into a scratch database. That a server lacks something, or is away, says nothing about
 * the backup.
 */
export const loadStep: JobStep<DrillMemory> = {
  timeout: remaining,
  cancellable: true,
  async run(memory, context) {
    const reach = reachOf(memory.backup, 'drill', context)
    const { tool, scratch } = reach
    const url = scratchServer(reach)
    const database = scratchName(memory.backup, context.job)
    // Where the server is away, there will be nothing to drop either.
    await databaseExists(url, database, tool.signal)
    context.remember({ database })
    const began = context.monotonic()
    try {
      const directory = dumpIn(scratch, chosenOf(memory))
      const about = await loadPostgres(url, database, directory, { owners: false }, tool)
      const chosen = { ...chosenOf(memory), counts: about.counts, at: about.at }
      return { database, chosen, rto: memory.rto + context.monotonic() - began }
    } catch (error) {
      if (context.signal.aborted || !(error instanceof DumpError)) throw error
      return { database, problems: [context.redact(messageOf(error))] }
    }
  },
}

async function dropLoaded(url: string | null, database: string | null, tool: Tool): Promise<void> {
  if (database === null || url === null) return
  try {
    if (await dropDatabase(url, database, tool.signal)) tool.say(`dropped ${database}`)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw new OperatorError(
      `the scratch database ${database} is still there: ${messageOf(error)}`,
      `Drop it: DROP DATABASE ${quoteName(database)}`,
    )
  }
}

/** Drops the scratch database, whoever is in it, and ends what a point in time was brought up by. */
export async function dropScratch(
  { database }: DrillMemory,
  { config, tool }: Reach,
): Promise<void> {
  try {
    await dropLoaded(serverOf(config), database, tool)
  } finally {
    await clearPoints(config, tool)
  }
}

/** The scratch database as an address. */
export const scratchAddress = (reach: Reach, { database }: DrillMemory): string =>
  atDatabase(scratchServer(reach), database ?? '')
