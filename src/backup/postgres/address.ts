import { userInfo } from 'node:os'
import { OperatorError } from '../../contract/error.ts'

/**
 * Where a PostgreSQL server is and who asks, by libpq's names of its parameters: host, port, user,
 * password, dbname, sslmode … (https://www.postgresql.org/docs/current/libpq-connect.html). `host` and
 * `port` may be lists with commas.
 */
export type Address = Readonly<Record<string, string>>

/** Words are not shown in errors: they may be a part of a password. */
const unreadable = (what: string): OperatorError =>
  new OperatorError(
    `the address of the PostgreSQL server cannot be read: ${what}`,
    'Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password.',
  )

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw unreadable('it has a % that is not followed by two hexadecimal digits')
  }
}

const shape =
  /^postgres(?:ql)?:\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^/?#]*)(?:\/(?<name>[^?#]*))?(?:\?(?<more>[^#]*))?$/

/** `a:1,[::1]:2` → hosts and ports. */
function hostsOf(text: string): Record<string, string> {
  if (text === '') return {}
  const pairs = text.split(',').map((one) => {
    const [, host, port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(one) ?? []
    if (host === undefined) throw unreadable('its host and port are not HOST:PORT')
    return { host: decode(host.replace(/^\[|\]$/g, '')), port }
  })
  const ports = pairs.some(({ port }) => port !== '')
  return {
    ...(pairs.some(({ host }) => host !== '') && { host: pairs.map(({ host }) => host).join(',') }),
    ...(ports && { port: pairs.map(({ port }) => port || '5432').join(',') }),
  }
}

function parse(url: string): Record<string, string> {
  const { login, hosts = '', name = '', more = '' } = shape.exec(url)?.groups ?? {}
  if (!shape.test(url)) throw unreadable('it is not an address that begins with postgresql://')
  const [user = '', ...rest] = (login ?? '').split(':')
  const password = rest.join(':')
  const parameters = more
    .split('&')
    .filter((one) => one !== '')
    .map((one) => {
      const [key = '', ...value] = one.split('=')
      return [decode(key), decode(value.join('='))] as const
    })
  return {
    ...(user !== '' && { user: decode(user) }),
    ...(password !== '' && { password: decode(password) }),
    ...hostsOf(hosts),
    ...(name !== '' && { dbname: decode(name) }),
    ...Object.fromEntries(parameters),
  }
}

/**
 * Reads an address as libpq does; who asks is by default this user, and the database that of its name.
 *
 * @throws OperatorError without any part of the address in it
 */
export function addressOf(url: string): Address {
  const given = parse(url.trim())
  const user = given['user'] ?? userInfo().username
  return Object.freeze({ ...given, user, dbname: given['dbname'] ?? user })
}

/** The same server, another database. */
export const atDatabase = (url: string, database: string): string => {
  const { dbname: _, ...rest } = addressOf(url)
  return urlOf({ ...rest, dbname: database })
}

/** Everything as parameters: an address that libpq and `addressOf` read alike. */
export const urlOf = (address: Address): string =>
  `postgresql://?${Object.entries(address)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&')}`

/** The words for people: `app on db.example.com`. Without secrets. */
export const placeOf = ({ host, port, dbname }: Address): string =>
  `${dbname} on ${host ?? 'this machine'}${port === undefined || port === '5432' ? '' : `:${port}`}`

/** By which psql, dropdb and their like find the same server. Without secrets. */
export const clientWords = ({ host, port, user }: Address): readonly string[] => [
  ...(host === undefined ? [] : ['-h', host]),
  ...(port === undefined ? [] : ['-p', port]),
  ...(user === undefined ? [] : ['-U', user]),
]

/** libpq's variables for its parameters: https://www.postgresql.org/docs/current/libpq-envars.html. */
const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  dbname: 'PGDATABASE',
  options: 'PGOPTIONS',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslcrl: 'PGSSLCRL',
  sslnegotiation: 'PGSSLNEGOTIATION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  channel_binding: 'PGCHANNELBINDING',
  gssencmode: 'PGGSSENCMODE',
  krbsrvname: 'PGKRBSRVNAME',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  connect_timeout: 'PGCONNECT_TIMEOUT',
}

/** Names a database to programs that would take one with an = in it for more than a name. */
export const databaseArgument = (name: string): string =>
  `--dbname=dbname='${name.replace(/[\\']/g, '\\$&')}'`

/** Seconds that one try to connect may take. */
export const connectSeconds = 15

/**
 * The environment of PostgreSQL's own programs, so that no secret is on a command line. Words are C's,
 * so that they can be understood.
 */
export function environmentOf(address: Address): Readonly<Record<string, string>> {
  const known = Object.entries(address).flatMap(([key, value]): [string, string][] => {
    const name = variables[key]
    return name === undefined ? [] : [[name, value]]
  })
  return {
    LC_ALL: 'C',
    PGCONNECT_TIMEOUT: String(connectSeconds),
    PGAPPNAME: 'mechanic',
    ...Object.fromEntries(known),
  }
}
