import { chmod, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { ownFiles, placesForm } from '../../backup/self/files.ts'
import type { Env } from '../../config/fill.ts'

/** A file, and where it belongs. */
export interface Placing {
  readonly from: string
  readonly to: string
}

const read = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null)

/** The name that the config had; what cannot be read says nothing. */
async function configName(directory: string): Promise<string> {
  try {
    const places = placesForm.parse(
      JSON.parse((await read(join(directory, ownFiles.places))) ?? ''),
    )
    return basename(places.config ?? 'mechanic.yaml')
  } catch {
    return 'mechanic.yaml'
  }
}

export interface Places {
  /** The state directory. */
  readonly home: string
  readonly files: readonly Placing[]
}

/**
 * Where everything that was found belongs: as the environment says, else as the restored `.env` does,
 * else in the directory where the bot is started.
 */
export async function placesFor(found: string, here: string, env: Env): Promise<Places> {
  const secrets = join(found, ownFiles.env)
  const text = await read(secrets)
  const said: Env = { ...(text === null ? {} : parseEnv(text)), ...env }
  const home = resolve(here, said['MECHANIC_HOME'] || './var')
  const config = resolve(here, said['MECHANIC_CONFIG'] || (await configName(found)))
  const files = [
    { from: join(found, ownFiles.database), to: join(home, ownFiles.database) },
    { from: join(found, ownFiles.config), to: config },
    { from: secrets, to: join(here, '.env') },
  ]
  return { home, files: files.filter(({ from }) => existsSync(from)) }
}

/** What belongs to a database and must not meet another one; Litestream's notes are among it. */
function companions(path: string): readonly string[] {
  if (basename(path) !== ownFiles.database) return [path]
  const notes = join(dirname(path), `.${ownFiles.database}-litestream`)
  return [path, `${path}-wal`, `${path}-shm`, notes]
}

/** Renames one after the other; where one fails, those before go back. */
async function renameAll(pairs: readonly Placing[]): Promise<void> {
  const done: Placing[] = []
  try {
    for (const { from, to } of pairs) {
      await rename(from, to)
      done.push({ from, to })
    }
  } catch (error) {
    for (const { from, to } of done.toReversed()) await rename(to, from)
    throw error
  }
}

const incoming = (path: string): string => `${path}.restored`

/**
 * Puts files where they belong, for nobody else to read. What is there is kept aside, under its name
 * with an addition.
 *
 * @returns where that is now
 * @throws where one cannot be put there; then nothing is changed
 */
export async function place(files: readonly Placing[], aside: string): Promise<readonly string[]> {
  try {
    for (const { from, to } of files) {
      await mkdir(dirname(to), { recursive: true, mode: 0o700 })
      await copyFile(from, incoming(to))
      await chmod(incoming(to), 0o600)
    }
    const old = files.flatMap(({ to }) => companions(to)).filter((path) => existsSync(path))
    await renameAll([
      ...old.map((path) => ({ from: path, to: `${path}${aside}` })),
      ...files.map(({ to }) => ({ from: incoming(to), to })),
    ])
    return old.map((path) => `${path}${aside}`)
  } finally {
    await Promise.all(files.map(({ to }) => rm(incoming(to), { force: true })))
  }
}
