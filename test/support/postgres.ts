import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, vi } from 'vitest'
import { freePort } from './nginx.ts'

const root = '/usr/lib/postgresql'

/** Where the newest server's programs are; null where none is installed. */
export const postgresBin: string | null =
  (existsSync(root) ? readdirSync(root) : [])
    .toSorted((a, b) => Number(b) - Number(a))
    .map((major) => join(root, major, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb'))) ?? null
if (postgresBin === null) console.log('skipped: needs PostgreSQL (Debian: postgresql)')

/** PostgreSQL refuses to run as root. */
function somebody(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (what: string): number | undefined => {
    try {
      return Number(execFileSync('id', [what, 'postgres'], { stdio: 'pipe' }))
    } catch {
      return undefined
    }
  }
  return { uid: id('-u') ?? 65_534, gid: id('-g') ?? 65_534 }
}

export const postgresPassword = 'correct horse: battery/staple@1'

export interface Cluster {
  /** Its data directory. */
  readonly data: string
  /** The directory of its socket, where nobody is asked for a password. */
  readonly socket: string
  readonly port: number
  /** Who it runs as; absent where that is who runs the tests. */
  readonly user?: { readonly uid: number; readonly gid: number }
  /** An address by TCP, with a password; default: that of the superuser. */
  url(database?: string, user?: string, password?: string): string
  /** The rows of the last statement, as the superuser. */
  sql(text: string, database?: string): Promise<readonly Record<string, unknown>[]>
  /** Ends it at once, and removes all of it. */
  stop(): Promise<void>
}

/** Ends the server when its input does: when the tests end, however they do. */
const guard = '"$@" & pid=$!; cat >/dev/null; kill -QUIT $pid; wait $pid'

/**
 * A server of its own on a private socket and a free port of 127.0.0.1, its superuser `postgres`.
 *
 * @param settings lines of postgresql.conf
 */
export async function startPostgres(settings: readonly string[] = []): Promise<Cluster> {
  const bin = postgresBin ?? ''
  const user = somebody()
  const place = mkdtempSync(join(tmpdir(), 'postgres-'))
  const [data, socket, word] = [join(place, 'data'), join(place, 'run'), join(place, 'password')]
  writeFileSync(word, `${postgresPassword}\n`)
  mkdirSync(socket)
  for (const path of user ? [place, socket, word] : [])
    chownSync(path, user?.uid ?? 0, user?.gid ?? 0)
  const how = { ...user, cwd: place, env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } }
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
      `--pwfile=${word}`,
      '--auth-local=trust',
      '--auth-host=scram-sha-256',
    ],
    { ...how, stdio: 'pipe' },
  )
  const port = await freePort()
  const lines = [
    `port = ${port}`,
    `unix_socket_directories = '${socket}'`,
    'fsync = off',
    "listen_addresses = '127.0.0.1'",
    'max_connections = 40',
    'shared_buffers = 16MB',
    ...settings,
  ]
  writeFileSync(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`)
  const server = spawn('/bin/sh', ['-c', guard, 'sh', join(bin, 'postgres'), '-D', data], {
    ...how,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url: Cluster['url'] = (
    database = 'postgres',
    name = 'postgres',
    password = postgresPassword,
  ) =>
    `postgresql://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  const cluster: Cluster = {
    data,
    socket,
    port,
    url,
    ...(user && { user }),
    async sql(text, database) {
      const client = new Client({
        host: socket,
        port,
        user: 'postgres',
        database: database ?? 'postgres',
      })
      await client.connect()
      try {
        const result: unknown = await client.query(text)
        const last: unknown = Array.isArray(result) ? result.at(-1) : result
        return (last as { readonly rows: readonly Record<string, unknown>[] }).rows
      } finally {
        await client.end()
      }
    },
    async stop() {
      server.stdin.end()
      await ended
      rmSync(place, { recursive: true, force: true })
    },
  }
  await vi.waitFor(() => cluster.sql('SELECT 1'), { timeout: 30_000, interval: 100 })
  return cluster
}

/** One server for a file of tests, running while they do. */
export function postgresServer(settings?: readonly string[]): () => Cluster {
  let cluster: Cluster | undefined
  beforeAll(async () => {
    if (postgresBin !== null) cluster = await startPostgres(settings)
  })
  afterAll(() => cluster?.stop())
  return () => {
    if (cluster === undefined) throw new Error('there is no server outside of a test')
    return cluster
  }
}
