import { join } from 'node:path'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import { addressOf, atDatabase, databaseArgument, placeOf } from './address.ts'
import type { Address } from './address.ts'
import { findClient } from './clients.ts'
import { runClient } from './command.ts'
import { withSession } from './connect.ts'
import type { Session } from './connect.ts'
import { dropDatabase, quoteName, quoteText, withServer } from './database.ts'
import { DumpError } from './explain.ts'
import { aboutDump, dumpFiles } from './files.ts'
import { applySettings } from './settings.ts'
import { makeRoles } from './roles.ts'
import { majorOf } from './shape.ts'
import type { About, Shape } from './shape.ts'

export interface LoadOptions {
  /**
   * Owners and grants are kept, and so are the database's own settings. Roles that are not there are
   * made as they were, where they are in the backup and the user may make some.
   * Without: everything is the user's own, and nothing is subscribed to, as is right for a trial.
   */
  readonly owners: boolean
}

/** What a server lacks for a dump to be loaded. */
interface Lacks {
  readonly version: number
  readonly roles: readonly string[]
  readonly extensions: readonly string[]
}

const lacksSql = `SELECT json_build_object(
  'version', current_setting('server_version_num')::int,
  'roles', (SELECT coalesce(json_agg(r ORDER BY r), '[]')
    FROM json_array_elements_text($1::json) r
    WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = r)),
  'extensions', (SELECT coalesce(json_agg(e ORDER BY e), '[]')
    FROM json_array_elements_text($2::json) e
    WHERE NOT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = e))
) AS lacks`

async function lacksOf(session: Session, { roles, extensions }: Shape): Promise<Lacks> {
  const names = extensions.map(({ name }) => name)
  const [row] = await session.rows(lacksSql, [JSON.stringify(roles), JSON.stringify(names)])
  return JSON.parse(row?.['lacks'] ?? '{}') as Lacks
}

function mustFit(lacks: Lacks, about: About, place: string, options: LoadOptions): void {
  const [here, there] = [majorOf(lacks.version), majorOf(about.server)]
  if (here < there)
    throw new OperatorError(
      `the dump is of PostgreSQL ${there}, and the server of ${place} is ${here}`,
      `Restore it to a server of version ${there} or newer.`,
    )
  if (lacks.extensions.length > 0)
    throw new OperatorError(
      `the server of ${place} does not have these extensions: ${lacks.extensions.join(', ')}`,
      `Install their packages for PostgreSQL ${here}, then try again.`,
    )
  if (options.owners && lacks.roles.length > 0)
    throw new OperatorError(
      `the server of ${place} does not have these roles: ${lacks.roles.join(', ')}`,
      `Make them, as they stand in ${dumpFiles.globals} of the backup, then try again.`,
    )
}

/** The same characters and order as the database had; ICU since 15, builtin since 17. */
function localeWords({ encoding, collate, ctype, provider, locale }: Shape): string {
  const words = [`ENCODING ${quoteText(encoding)}`]
  words.push(`LC_COLLATE ${quoteText(collate)}`, `LC_CTYPE ${quoteText(ctype)}`)
  if (provider === 'i') words.push('LOCALE_PROVIDER icu', `ICU_LOCALE ${quoteText(locale ?? '')}`)
  if (provider === 'b')
    words.push('LOCALE_PROVIDER builtin', `BUILTIN_LOCALE ${quoteText(locale ?? '')}`)
  return words.join(' ')
}

const noLocale = /invalid (?:LC_\w+ )?locale name|could not create locale|ICU is not supported/

async function create(
  session: Session,
  name: string,
  about: About,
  { owners }: LoadOptions,
  say: Tool['say'],
): Promise<void> {
  const owner = owners ? ` OWNER ${quoteName(about.owner)}` : ''
  const start = `CREATE DATABASE ${quoteName(name)} TEMPLATE template0${owner}`
  try {
    await session.rows(`${start} ${localeWords(about)}`)
  } catch (thrown) {
    if (owners || !noLocale.test(messageOf(thrown))) throw thrown
    say(`this server does not know the locale ${about.collate}: its own is used for the trial`)
    await session.rows(`${start} ENCODING ${quoteText(about.encoding)}`)
  }
}

const trial = ['--no-owner', '--no-privileges', '--no-subscriptions', '--no-publications'] as const

async function fill(
  address: Address,
  directory: string,
  about: About,
  options: LoadOptions,
  tool: Tool,
): Promise<void> {
  const program = await findClient('pg_restore', majorOf(about.server), tool)
  const argv = [
    program,
    '--exit-on-error',
    '--no-password',
    ...(options.owners ? [] : trial),
    databaseArgument(address['dbname'] ?? ''),
    join(directory, dumpFiles.dump),
  ] as const
  await runClient(argv, address, tool, DumpError)
}

/**
 * Makes a database of a dump on a given server, whose name must not be taken there; it is dropped again
 * where that fails.
 *
 * @param directory of the dump, as it was staged
 * @returns what was noted when the dump was taken
 * @throws DumpError where that is no whole dump, or nobody knows why it cannot be loaded
 * @throws OperatorError where the server is the reason
 */
export async function loadPostgres(
  url: string,
  name: string,
  directory: string,
  options: LoadOptions,
  tool: Tool,
): Promise<About> {
  const about = await aboutDump(directory)
  const { signal, say } = tool
  const place = placeOf(addressOf(url))
  await withServer(url, signal, async (session) => {
    const { roles } = await lacksOf(session, about)
    if (options.owners) await makeRoles(session, directory, roles, say)
    mustFit(await lacksOf(session, about), about, place, options)
    await create(session, name, about, options, say)
  })
  try {
    const target = atDatabase(url, name)
    // The one server that answered, where the address names several.
    await withSession(target, signal, async (session) => {
      await fill(session.address, directory, about, options, tool)
      if (options.owners) await applySettings(session, about, name, say)
      await session.rows('ANALYZE')
    })
    return about
  } catch (thrown) {
    await dropDatabase(url, name, AbortSignal.timeout(30_000)).catch(() => undefined)
    throw thrown
  }
}
