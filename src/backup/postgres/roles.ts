import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Session } from './connect.ts'
import { dumpFiles } from './files.ts'

/** As pg_dumpall writes a name: fmtId in src/fe_utils/string_utils.c. */
const name = String.raw`"(?:[^"]|"")*"|[a-z_][a-z0-9_]*`

const ofRole = new RegExp(`^(?:CREATE|ALTER) ROLE (${name})[ ;]`)
const membership = new RegExp(`^(GRANT (${name}) TO (${name}).*?)(?: GRANTED BY (?:${name}))?;$`)

const plain = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written

/**
 * What of a server's globals makes certain roles: with their passwords, settings and memberships. Who
 * granted those is left out, because nobody of that name may be there.
 */
export function roleStatements(globals: string, roles: readonly string[]): readonly string[] {
  const wanted = new Set(roles)
  return globals.split('\n').flatMap((line) => {
    const role = ofRole.exec(line)?.[1]
    if (role !== undefined) return wanted.has(plain(role)) ? [line] : []
    const [, grant, group = '', member = ''] = membership.exec(line) ?? []
    const isOurs = wanted.has(plain(group)) || wanted.has(plain(member))
    return grant !== undefined && isOurs ? [grant] : []
  })
}

/**
 * Makes roles that a server lacks, as they stand in the globals beside a dump. What this user may not
 * do, and memberships of roles that are not there, are said and left to a person.
 */
export async function makeRoles(
  session: Session,
  directory: string,
  roles: readonly string[],
  say: (text: string) => void,
): Promise<void> {
  const file = join(directory, dumpFiles.globals)
  const globals = await readFile(file, 'utf8').catch(() => '')
  for (const statement of roleStatements(globals, roles)) {
    // What follows may be a password.
    const [shown = ''] = statement.split(' WITH ')
    try {
      await session.rows(statement)
      say(shown)
    } catch (thrown) {
      if (!(thrown instanceof OperatorError)) throw thrown
      say(`not done: ${shown}: ${messageOf(thrown)}`)
    }
  }
}
