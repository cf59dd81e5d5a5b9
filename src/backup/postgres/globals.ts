import { join } from 'node:path'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import { databaseArgument } from './address.ts'
import { findClient } from './clients.ts'
import { runClient } from './command.ts'
import type { Session } from './connect.ts'
import { dumpFiles } from './files.ts'
import { majorOf } from './shape.ts'

/** all: passwords too, as hashes · names: only a superuser may read those · none: nothing was seen. */
export type Globals = 'all' | 'names' | 'none'

const facts = `SELECT current_setting('server_version_num') AS server,
  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super`

/**
 * Writes down the roles and tablespaces of the server, as far as the user may see them. What a hosted
 * server refuses is said, and no failure of the backup: its database is whole without them.
 *
 * @throws OperatorError when it is stopped
 */
export async function dumpGlobals(
  session: Session,
  directory: string,
  tool: Tool,
): Promise<Globals> {
  const [row] = await session.rows(facts)
  const isSuper = row?.['super'] === 't'
  const program = await findClient('pg_dumpall', majorOf(Number(row?.['server'])), tool)
  const { address } = session
  const argv = [
    program,
    '--globals-only',
    '--no-password',
    `--file=${join(directory, dumpFiles.globals)}`,
    databaseArgument(address['dbname'] ?? ''),
    ...(isSuper ? [] : ['--no-role-passwords']),
  ] as const
  try {
    await runClient(argv, address, tool)
  } catch (thrown) {
    if (tool.signal.aborted || !(thrown instanceof OperatorError)) throw thrown
    tool.say(`roles are not in this backup: ${messageOf(thrown)}`)
    return 'none'
  }
  if (!isSuper)
    tool.say('roles are in this backup without their passwords: only a superuser sees those')
  return isSuper ? 'all' : 'names'
}
