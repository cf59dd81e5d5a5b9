import { join } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import { findClient } from './clients.ts'
import { dumpFiles } from './files.ts'
import { majorOf } from './shape.ts'
import type { Shape } from './shape.ts'

/**
 * Reads a dump to its end: one that was cut off, or is no dump, is found so. No server is asked.
 *
 * @throws OperatorError
 */
export async function readThrough(
  directory: string,
  { server, name }: Pick<Shape, 'server' | 'name'>,
  tool: Tool,
): Promise<void> {
  const { host, signal } = tool
  const program = await findClient('pg_restore', majorOf(server), tool)
  const file = join(directory, dumpFiles.dump)
  const { code, err, aborted } = await host.run([program, '--file=/dev/null', file], {
    signal,
    env: { LC_ALL: 'C' },
    reap: true,
  })
  if (aborted) throw new OperatorError(`reading the dump of ${name} was stopped before its end`)
  if (code === 0) return
  const said = err.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
  throw new OperatorError(
    `the dump of ${name} cannot be read to its end, it is damaged or cut off (${said})`,
    'Run the backup again; if that does not help, see that its disk is well.',
  )
}
