import { dirname } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import { dumpFiles } from '../postgres/files.ts'
import type { Tool } from '../tool.ts'
import { databasesIn } from './databases.ts'

/** The directory of the dump among what was restored. @throws OperatorError */
export async function findDump(directory: string, { host }: Tool): Promise<string> {
  const all = await host.files.walk(directory)
  const found = all.find(({ path }) => path.endsWith(`/${dumpFiles.dump}`))
  if (found) return dirname(found.path)
  throw new OperatorError(
    'there is no dump of PostgreSQL in it',
    'It was taken of another source: choose another snapshot.',
  )
}

/** The one SQLite database among what was restored. @throws OperatorError */
export async function findDatabase(directory: string, tool: Tool): Promise<string> {
  const [found, second] = await databasesIn(directory, tool)
  if (found !== undefined && second === undefined) return found
  throw new OperatorError(
    `there ${found === undefined ? 'is no SQLite database' : 'are several SQLite databases'} in it`,
    'It was taken of another source: choose another snapshot, or restore it to the side.',
  )
}
