import { OperatorError } from '../contract/error.ts'
import type { Tool } from './tool.ts'

/** The machine's name, as it stands in restic's snapshots and locks. */
export async function hostname({ host, signal }: Tool): Promise<string> {
  const { out, err } = await host.run(['uname', '-n'], { signal })
  const name = out.trim()
  if (name !== '') return name
  throw new OperatorError(`The name of ${host.name} cannot be read: ${err.trim() || 'uname -n'}`)
}
