import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Client, ClientConfig } from 'pg'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { addressOf, connectSeconds, placeOf } from './address.ts'
import type { Address } from './address.ts'
import { explain } from './explain.ts'

/** A value as the server writes it. */
export type Row = Readonly<Record<string, string | null>>

export interface Fetched {
  readonly rows: readonly Row[]
  /** Of each column: its name, and the number of its type. */
  readonly columns: readonly { readonly name: string; readonly type: number }[]
}

export interface Session {
  /** Of the one server it is with, where the address named several. */
  readonly address: Address
  /** Runs one statement. @throws OperatorError */
  fetch(sql: string, values?: readonly string[]): Promise<Fetched>
  rows(sql: string, values?: readonly string[]): Promise<readonly Row[]>
  /** Ends it, and whatever it is at. */
  close(): Promise<void>
}

/** Whose default it is when no host is named: Debian's PostgreSQL, or that of others. */
const socketPlace = '/var/run/postgresql'

const asWritten = { getTypeParser: () => (text: unknown) => text }

/** The servers that an address names, one by one. */
function alternatives(address: Address): readonly Address[] {
  const hosts = address['host']?.split(',') ?? [existsSync(socketPlace) ? socketPlace : 'localhost']
  const ports = address['port']?.split(',') ?? []
  return hosts.map((host, index) => {
    const port = ports[index] ?? ports[0]
    return { ...address, host, ...(port !== undefined && { port }) }
  })
}

const fileOf = (path: string | undefined): Promise<string> | undefined =>
  path === undefined || path === 'system' ? undefined : readFile(path, 'utf8')

/** What sslmode means: https://www.postgresql.org/docs/current/libpq-ssl.html. */
async function tlsOf(address: Address): Promise<ConnectionOptions> {
  const mode = address['sslmode'] ?? 'prefer'
  const ca = await fileOf(address['sslrootcert'])
  const cert = await fileOf(address['sslcert'])
  const key = await fileOf(address['sslkey'])
  const checked = mode === 'verify-full' || mode === 'verify-ca' || ca !== undefined
  return {
    rejectUnauthorized: checked,
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

/** Whether TLS is tried, in which order: `prefer`, the default, takes what it gets. */
function tlsTries({ host = '', sslmode = 'prefer' }: Address): readonly boolean[] {
  if (host.startsWith('/') || sslmode === 'disable') return [false]
  if (sslmode === 'prefer') return [true, false]
  return sslmode === 'allow' ? [false, true] : [true]
}

/** Where a statement that takes long is no fault: dumps hold one connection open all the while. */
const patient = ['statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout']

const configOf = (address: Address, ssl: ClientConfig['ssl']): ClientConfig => ({
  ...(address['host'] !== undefined && { host: address['host'] }),
  port: Number(address['port'] ?? 5432),
  ...(address['user'] !== undefined && { user: address['user'] }),
  ...(address['dbname'] !== undefined && { database: address['dbname'] }),
  ...(address['password'] !== undefined && { password: address['password'] }),
  ...(ssl !== undefined && { ssl }),
  options: [address['options'] ?? '', ...patient.map((name) => `-c ${name}=0`)].join(' ').trim(),
  application_name: 'mechanic',
  connectionTimeoutMillis: connectSeconds * 1000,
  keepAlive: true,
  types: asWritten,
})

interface Opened {
  readonly client: Client
  readonly socket: Socket
  /** Why the server has ended it while nothing was asked; undefined while it goes on. */
  readonly broken: () => unknown
}

async function open(address: Address, tls: boolean, signal: AbortSignal): Promise<Opened> {
  const { default: pg } = await import('pg')
  const socket = new Socket()
  const ssl = tls ? await tlsOf(address) : false
  const client = new pg.Client({ ...configOf(address, ssl), stream: () => socket })
  let broken: unknown
  client.on('error', (error) => (broken ??= error))
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', stop))
  try {
    await client.connect()
    return { client, socket, broken: () => broken }
  } catch (thrown) {
    socket.destroy()
    throw thrown
  }
}

const noTls = /does not support SSL|28000|no pg_hba\.conf entry/

async function openOne(address: Address, signal: AbortSignal): Promise<Opened> {
  const [first = false, second] = tlsTries(address)
  try {
    return await open(address, first, signal)
  } catch (thrown) {
    if (second === undefined || !noTls.test(messageOf(thrown))) throw thrown
    return await open(address, second, signal)
  }
}

function sessionOf(
  { client, socket, broken }: Opened,
  address: Address,
  signal: AbortSignal,
): Session {
  const place = placeOf(address)
  const fetch: Session['fetch'] = async (sql, values = []) => {
    try {
      // One statement at a time, and no other that a text might have brought along.
      const query = { text: sql, values: [...values], queryMode: 'extended' }
      const { rows, fields } = await client.query<Record<string, string | null>>(query)
      return {
        rows,
        columns: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
      }
    } catch (thrown) {
      if (signal.aborted)
        throw new OperatorError(`the work with ${place} was stopped before its end`)
      throw explain(`a query to ${place}`, broken() ?? thrown)
    }
  }
  return {
    address,
    fetch,
    rows: async (sql, values) => (await fetch(sql, values)).rows,
    close: async () => {
      await client.end().catch(() => undefined)
      socket.destroy()
    },
  }
}

/**
 * Opens a session with a server; where the address names several, with the first that answers.
 *
 * @throws OperatorError without secrets in it
 */
export async function connect(url: string, signal: AbortSignal): Promise<Session> {
  const address = addressOf(url)
  let last: unknown
  for (const one of alternatives(address)) {
    if (signal.aborted) break
    try {
      return sessionOf(await openOne(one, signal), one, signal)
    } catch (thrown) {
      last = thrown
    }
  }
  if (signal.aborted) throw new OperatorError(`connecting to ${placeOf(address)} was stopped`)
  throw explain(`connecting to ${placeOf(address)}`, last)
}

/** Opens a session for `work`, and closes it whatever comes of that. */
export async function withSession<T>(
  url: string,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connect(url, signal)
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}
