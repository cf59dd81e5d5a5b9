import { join } from 'node:path'
import type { Entry } from '../../backup/restic/types.ts'
import type { Tool } from '../../backup/tool.ts'
import type { Expectation } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { t } from '../../contract/message.ts'
import type { Reach } from '../backup/reach.ts'
import { askAll, type Found, foundAll, restoredSqlite, wholeness } from './ask.ts'
import type { Chosen } from './memory.ts'

/** Files that are named where they are not as they should be. */
const mostNamed = 3
/** Files that are looked into for being databases, and databases that are checked. */
const mostLooked = 20_000
const mostDatabases = 100
/** The first bytes of every SQLite file: https://www.sqlite.org/fileformat.html. */
const magic = 'SQLite format 3\0'

/** restic writes this for what is no UTF-8: by such a name nothing can be found. */
const unknownSign = '\uFFFD'

/** Each file of the snapshot is there, as long as it was. What is in it, restic itself has compared. */
async function compareFiles(
  { restic, scratch, tool }: Reach,
  { snapshot }: Chosen,
): Promise<Found> {
  const entries: readonly Entry[] = await restic.entries(snapshot)
  const files = entries.filter(({ kind }) => kind === 'file')
  const named = files.filter(({ path }) => !path.includes(unknownSign))
  const wrong: string[] = []
  for (const { path, size } of named) {
    const facts = await tool.host.files.look(join(scratch, path))
    if (facts?.size !== size)
      wrong.push(`${path} ${facts ? `has ${facts.size} of ${size} bytes` : 'is missing'}`)
    tool.signal.throwIfAborted()
  }
  const some = wrong.slice(0, mostNamed).join(', ')
  const more = wrong.length > mostNamed ? `, and ${wrong.length - mostNamed} more` : ''
  if (wrong.length > 0) return { problems: [some + more], seen: [] }
  return { problems: [], seen: [t('drill-job-files', { files: files.length })] }
}

async function isDatabase(path: string, { host }: Tool): Promise<boolean> {
  const head = await host.files.read(path, 0, magic.length)
  return head !== null && new TextDecoder('latin1').decode(head.bytes) === magic
}

/** Every SQLite file in what was restored. */
async function databasesIn({ scratch, tool }: Reach): Promise<readonly string[]> {
  const files = (await tool.host.files.walk(scratch)).filter(({ kind }) => kind === 'file')
  const found: string[] = []
  for (const { path } of files.slice(0, mostLooked)) {
    if (await isDatabase(path, tool)) found.push(path)
    tool.signal.throwIfAborted()
  }
  return found.slice(0, mostDatabases)
}

async function knows(path: string, { query }: Expectation, tool: Tool): Promise<boolean> {
  try {
    await restoredSqlite(path, tool).query(query)
    return true
  } catch (error) {
    tool.signal.throwIfAborted()
    if (error instanceof OperatorError) return false
    throw error
  }
}

/** The questions go to the database that has the tables they are about. */
async function askThem(databases: readonly string[], reach: Reach): Promise<Found> {
  const { config, tool } = reach
  const parts: Found[] = []
  for (const expected of config.drill.expect) {
    let asked: string | undefined
    for (const path of databases)
      if (asked === undefined && (await knows(path, expected, tool))) asked = path
    if (asked === undefined) {
      const problems = [`None of its SQLite databases can answer “${expected.query}”`]
      parts.push({ problems, seen: [] })
    } else parts.push(await askAll(restoredSqlite(asked, tool), [expected], tool))
  }
  const met = parts.filter(({ problems }) => problems.length === 0).length
  const { problems } = foundAll(parts)
  return { problems, seen: met === 0 ? [] : [t('drill-job-expected', { n: met })] }
}

/** Files are compared; databases among them are checked and asked. */
export async function proveFiles(reach: Reach, chosen: Chosen): Promise<Found> {
  const { scratch, tool } = reach
  const compared = await compareFiles(reach, chosen)
  const databases = await databasesIn(reach)
  const problems: string[] = []
  for (const path of databases)
    problems.push(...(await wholeness(path, path.slice(scratch.length), tool)))
  const n = databases.length
  const isWhole = problems.length === 0 && n > 0
  const whole = { problems, seen: isWhole ? [t('drill-job-databases', { databases: n })] : [] }
  return foundAll([compared, whole, await askThem(databases, reach)])
}
