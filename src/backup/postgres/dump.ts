import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tool } from '../tool.ts'
import { databaseArgument, urlOf } from './address.ts'
import type { Address } from './address.ts'
import { findClient } from './clients.ts'
import { runClient } from './command.ts'
import { connect, withSession } from './connect.ts'
import type { Session } from './connect.ts'
import { countIn, countLimit } from './counts.ts'
import type { Counted } from './counts.ts'
import { dumpFiles } from './files.ts'
import { dumpGlobals } from './globals.ts'
import { readThrough } from './prove.ts'
import { majorOf, shapeOf } from './shape.ts'
import type { About } from './shape.ts'

/** How long a table that somebody has locked is waited for, in milliseconds. */
const lockWait = 60_000

/** Not compressed: restic does that, and can see what is the same as yesterday only where it is not. */
const dumpArguments = (file: string, snapshot: string, { dbname = '' }: Address): string[] => [
  '--format=custom',
  '--compress=0',
  '--no-password',
  `--lock-wait-timeout=${lockWait}`,
  `--snapshot=${snapshot}`,
  `--file=${file}`,
  databaseArgument(dbname),
]

/** A transaction that sees no change any more, and the name by which others see the same. */
async function freeze(session: Session): Promise<string> {
  await session.rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const [row] = await session.rows('SELECT pg_export_snapshot() AS name')
  return row?.['name'] ?? ''
}

/** Counts, in a session of its own, what is dumped meanwhile. */
const countAlike = (
  address: Address,
  snapshot: string,
  signal: AbortSignal,
  within: number,
): Promise<Counted> =>
  withSession(urlOf(address), signal, async (session) => {
    await session.rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await session.rows(`SET TRANSACTION SNAPSHOT '${snapshot}'`)
    await session.rows('SET LOCAL row_security = off')
    return countIn(session, within)
  })

/** Both to their end, whichever fails: nothing goes on behind an error. */
async function together<T>(first: Promise<unknown>, second: Promise<T>): Promise<T> {
  const [one, other] = await Promise.allSettled([first, second])
  if (one.status === 'rejected') throw one.reason
  if (other.status === 'rejected') throw other.reason
  return other.value
}

async function take(
  session: Session,
  directory: string,
  tool: Tool,
  within: number,
): Promise<Counted> {
  const { address } = session
  const snapshot = await freeze(session)
  const { server } = await shapeOf(session)
  const program = await findClient('pg_dump', majorOf(server), tool)
  const file = join(directory, dumpFiles.dump)
  const failed = new AbortController()
  const signal = AbortSignal.any([tool.signal, failed.signal])
  const dumped = runClient([program, ...dumpArguments(file, snapshot, address)], address, tool)
  const counted = countAlike(address, snapshot, signal, within)
  return together(
    dumped.catch((thrown: unknown) => {
      failed.abort()
      throw thrown
    }),
    counted,
  )
}

/**
 * Dumps a database into an empty directory: the dump itself, roles and other globals where the user may
 * see them, and what a dump does not hold of its database. Rows are counted in the dump's own snapshot.
 * The dump is read through at the end.
 *
 * @param now epoch milliseconds
 * @param within milliseconds that counting may take
 * @throws OperatorError
 */
export async function dumpPostgres(
  url: string,
  directory: string,
  tool: Tool,
  now: () => number,
  within = countLimit,
): Promise<About> {
  const session = await connect(url, tool.signal)
  try {
    const shape = await shapeOf(session)
    const at = now()
    const { counts, left } = await take(session, directory, tool, within)
    if (left.length > 0) tool.say(`not counted, for want of time: ${left.join(', ')}`)
    const globals = await dumpGlobals(session, directory, tool)
    const about: About = { ...shape, at, counts, uncounted: [...left], globals }
    const text = `${JSON.stringify(about, null, 2)}\n`
    await writeFile(join(directory, dumpFiles.about), text, { mode: 0o600 })
    await readThrough(directory, about, tool)
    return about
  } finally {
    await session.close()
  }
}
