import { basename, join } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import { formatSize } from '../../contract/units.ts'
import type { Source } from '../source.ts'
import type { Tool } from '../tool.ts'
import { copySqlite, countSqlite } from './run.ts'

/** A link to it is followed: it is the file that is kept. */
async function locate(path: string, { host }: Tool): Promise<{ path: string; size: number }> {
  const real = (await host.files.look(path)) === null ? path : await host.files.real(path)
  const facts = await host.files.look(real)
  if (facts?.kind === 'file') return { path: real, size: facts.size }
  throw new OperatorError(
    facts === null ? `the database ${path} is not there` : `${path} is not a file`,
    'See what has become of it, or correct its path in the config.',
  )
}

/** A SQLite database, which may be in use. */
export const sqliteSource = (path: string): Source => ({
  async inspect(tool) {
    const { path: real, size } = await locate(path, tool)
    const log = (await tool.host.files.look(`${real}-wal`))?.size ?? 0
    return { room: size + log, about: `SQLite ${basename(path)}, ${formatSize(size + log)}` }
  },
  async stage(directory, tool) {
    const { path: from } = await locate(path, tool)
    const to = join(directory, basename(path))
    const { bytes, at, raw } = await copySqlite(from, to, tool)
    if (raw)
      tool.say(`${path} could not be opened beside its owner: its files were copied as they lay`)
    const { counts, left } = await countSqlite(to, tool)
    if (left.length > 0) tool.say(`not counted: ${left.join(', ')}`)
    return { paths: [to], expected: [to], bytes, counts, uncounted: left, at }
  },
})
