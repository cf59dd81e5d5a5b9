import { OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import { resticError, type ResticError } from './error.ts'
import type { Invoke } from './invoke.ts'
import type { Repository } from './types.ts'

/** What every function of the driver works with. */
export interface Driver {
  readonly repository: Repository
  readonly tool: Tool
  readonly invoke: Invoke
}

/** For an answer that is not what restic is known to give. */
export const garbled = ({ repository, tool }: Driver, doing: string): ResticError =>
  resticError('other', repository, {
    doing,
    host: tool.host.name,
    words: 'its answer makes no sense',
  })

/** The machine's name, as it stands in snapshots and locks. */
export async function hostname({ tool: { host, signal } }: Driver): Promise<string> {
  const { out, err } = await host.run(['uname', '-n'], { signal })
  const name = out.trim()
  if (name !== '') return name
  throw new OperatorError(`The name of ${host.name} cannot be read: ${err.trim() || 'uname -n'}`)
}
