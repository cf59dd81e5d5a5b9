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
