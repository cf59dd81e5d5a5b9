import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Replicated } from '../../backup/litestream/run.ts'
import { ownFiles } from '../../backup/self/files.ts'
import type { Env } from '../../config/fill.ts'
import { isSettings, pathKey, type Settings, valueAt } from '../../config/path.ts'
import { openReading } from '../../config/reading.ts'
import { type Places, replicaAt, replicaBeside } from '../../config/repository.ts'

/** A repository, and what opens it. */
export interface Remote {
  readonly repository: string
  readonly password: string
  /** Keys of the repository. */
  readonly env: Readonly<Record<string, string>>
}

const path = ['backups', 'self'] as const

/** What the config that was found says of the bot's own state; what cannot be read says nothing. */
async function ownEntry(found: string, places: Places, env: Env): Promise<Settings> {
  const read = (name: string): Promise<string> =>
    readFile(join(found, name), 'utf8').catch(() => '')
  const said = { ...parseEnv(await read(ownFiles.env)), ...env }
  const reading = openReading('config', await read(ownFiles.config), { ...places, env: said })
  if ('issues' in reading) return {}
  const { value, missing } = reading.filled
  const own = valueAt(value, path)
  if (!isSettings(own)) return {}
  const keys = isSettings(own['env']) ? Object.entries(own['env']) : []
  const known = keys.filter(([name]) => !missing.has(pathKey([...path, 'env', name])))
  return { ...own, env: Object.fromEntries(known) }
}

function addressOf({ continuous }: Settings, repository: string, places: Places): string | null {
  if (continuous === false || continuous === 'off') return null
  const named = isSettings(continuous) ? continuous['replica'] : undefined
  if (typeof named !== 'string') return replicaBeside(repository, 'self')
  const address = replicaAt(named, places)
  return typeof address === 'string' ? address : null
}

/**
 * The replica of the bot's own state: where the config that was found says, else beside the repository;
 * null where there is none.
 *
 * @param found the directory of the config and the secrets that were found
 * @param env what is set here; it goes before what was found
 */
export async function replicaOf(
  { repository, password, env: keys }: Remote,
  found: string,
  places: Places,
  env: Env,
): Promise<Replicated | null> {
  const own = await ownEntry(found, places, env)
  const replica = addressOf(own, repository, places)
  if (replica === null) return null
  const theirs = isSettings(own['env']) ? Object.entries(own['env']) : []
  const texts = theirs.filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return {
    password,
    env: { ...Object.fromEntries(texts), ...keys },
    // How long it is kept matters to whoever writes it.
    continuous: { replica, retention: 1000, maxLag: 1000 },
  }
}
