import { OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'

/** Where packages put the programs of each version: Debian's, PGDG's for Red Hat, Homebrew's. */
const places = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
] as const

/** `pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`. */
const versionWord = /\(PostgreSQL\) (\d+)/

async function majorOf(program: string, tool: Tool): Promise<number | null> {
  const { host, signal } = tool
  const { code, out } = await host.run([program, '--version'], { signal, env: { LC_ALL: 'C' } })
  const major = versionWord.exec(out)?.[1]
  return code === 0 && major !== undefined ? Number(major) : null
}

/** Every version of a program that there is, each once. */
async function versionsOf(program: string, tool: Tool): Promise<ReadonlyMap<number, string>> {
  const { glob } = tool.host.files
  const found = await Promise.all(places.map((place) => glob(`${place}/${program}`)))
  const versions = new Map<number, string>()
  // The one on the path last: Debian's is a script that chooses by rules of its own.
  for (const path of [...found.flat(), program]) {
    const version = await majorOf(path, tool)
    if (version !== null && !versions.has(version)) versions.set(version, path)
  }
  return versions
}

/**
 * Finds a program of PostgreSQL that is not older than `major`: the oldest of those, because its output
 * is the nearest to the server's own.
 *
 * @throws OperatorError with what to install
 */
export async function findClient(program: string, major: number, tool: Tool): Promise<string> {
  const versions = await versionsOf(program, tool)
  const [fit] = [...versions].filter(([version]) => version >= major).toSorted(([a], [b]) => a - b)
  if (fit !== undefined) return fit[1]
  const { name } = tool.host
  throw new OperatorError(
    versions.size === 0
      ? `there is no ${program} on ${name}`
      : `${program} on ${name} is of version ${Math.max(...versions.keys())}, and PostgreSQL ${major} needs ${major} or newer`,
    `Install it: apt-get install postgresql-client-${major}, from https://apt.postgresql.org where Debian has none.`,
  )
}

/**
 * Finds a program of a server, which works on data of its own version alone.
 *
 * @throws OperatorError with what to install
 */
export async function findServer(program: string, major: number, tool: Tool): Promise<string> {
  const path = (await versionsOf(program, tool)).get(major)
  if (path !== undefined) return path
  throw new OperatorError(
    `there is no ${program} of PostgreSQL ${major} on ${tool.host.name}, and no other can use that data`,
    `Install it: apt-get install postgresql-${major}.`,
  )
}
