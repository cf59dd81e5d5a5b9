import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Session } from './connect.ts'
import { quoteName, quoteText } from './database.ts'
import type { Shape } from './shape.ts'

/**
 * Settings whose value is a list of names, written with quotes of their own: GUC_LIST_QUOTE in
 * src/backend/utils/misc/guc_tables.c.
 */
const lists = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
])

/** `"a b", c` → a b and c. */
const partsOf = (list: string): readonly string[] =>
  (list.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? []).map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  )

/** Pure: what one stored setting, `name=value`, is set by. */
export function setStatement(target: string, stored: string): string {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(stored) ?? []
  const values = lists.has(name.toLowerCase()) ? partsOf(value) : [value]
  const words = values.length === 0 ? "''" : values.map(quoteText).join(', ')
  return `ALTER ${target} SET ${quoteName(name)} TO ${words}`
}

const grantsOf = ({ acl }: Shape, database: string): readonly string[] => {
  if (acl === null) return []
  const grants = acl.map(({ grantee, privilege, grantable }) => {
    const to = grantee === null ? 'PUBLIC' : quoteName(grantee)
    return `GRANT ${privilege} ON DATABASE ${database} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`
  })
  return [`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`, ...grants]
}

/** Pure: everything that a dump does not bring along for its own database. */
export function settingStatements(shape: Shape, name: string): readonly string[] {
  const database = quoteName(name)
  const settings = shape.settings.flatMap(({ role, values }) => {
    const target =
      role === null ? `DATABASE ${database}` : `ROLE ${quoteName(role)} IN DATABASE ${database}`
    return values.map((stored) => setStatement(target, stored))
  })
  return [
    ...grantsOf(shape, database),
    ...settings,
    ...(shape.comment === null
      ? []
      : [`COMMENT ON DATABASE ${database} IS ${quoteText(shape.comment)}`]),
    ...(shape.connectionLimit === -1
      ? []
      : [`ALTER DATABASE ${database} CONNECTION LIMIT ${shape.connectionLimit}`]),
  ]
}

/** Carries them out; what this user may not set is said, and left to a person. */
export async function applySettings(
  session: Session,
  shape: Shape,
  name: string,
  say: (text: string) => void,
): Promise<void> {
  for (const statement of settingStatements(shape, name)) {
    try {
      await session.rows(statement)
    } catch (thrown) {
      if (!(thrown instanceof OperatorError)) throw thrown
      say(`not done: ${statement}: ${messageOf(thrown)}`)
    }
  }
}
