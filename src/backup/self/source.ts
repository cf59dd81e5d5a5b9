import { copyFile, chmod, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { formatSize } from '../../contract/units.ts'
import type { Source } from '../source.ts'
import { sqliteSource } from '../sqlite/source.ts'
import type { Tool } from '../tool.ts'
import { ownFiles, type OwnPlaces } from './files.ts'

/** Copies a file beside the database; false where there is none. */
async function kept(from: string | null, to: string, { host, say }: Tool): Promise<boolean> {
  if (from === null) return false
  if ((await host.files.look(from)) === null) {
    say(`${from} is not there, and not in it`)
    return false
  }
  await copyFile(from, to)
  await chmod(to, 0o600)
  return true
}

/** The bot's own state: its database, its config, its secrets, and where they belong. */
export function selfSource({ database: path, config: from, env: secrets }: OwnPlaces): Source {
  const places: OwnPlaces = { database: path, config: from, env: secrets }
  const database = sqliteSource(path)
  return {
    async inspect(tool) {
      const { room } = await database.inspect(tool)
      return { room, about: `my own state, ${formatSize(room)}` }
    },
    async stage(directory, tool) {
      const copied = await database.stage(directory, tool)
      const where = join(directory, ownFiles.places)
      const config = join(directory, ownFiles.config)
      const env = join(directory, ownFiles.env)
      const paths = [
        join(directory, basename(path)),
        ...((await kept(from, config, tool)) ? [config] : []),
        ...((await kept(secrets, env, tool)) ? [env] : []),
        where,
      ]
      await writeFile(where, `${JSON.stringify(places, null, 2)}\n`, { mode: 0o600 })
      const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
      return { ...copied, paths, expected: paths, bytes: sizes.reduce((sum, one) => sum + one, 0) }
    },
  }
}
