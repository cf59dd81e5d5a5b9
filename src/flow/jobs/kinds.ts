import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Context } from '../context.ts'
import type { JobKind, Memory } from './kind.ts'

export const goneKind = (name: string): OperatorError =>
  new OperatorError(`there is no ${name} any more`)

/** A kind by name. @throws OperatorError when there is none, or its file cannot be read */
export async function kindOf({ kinds }: Pick<Context, 'kinds'>, name: string): Promise<JobKind> {
  const read = kinds.jobs.get(name)
  if (!read) throw goneKind(name)
  try {
    return await read()
  } catch (error) {
    throw new OperatorError(
      `how to ${name} could not be read: ${messageOf(error)}`,
      'Restart Mechanic, if it was updated since its start.',
    )
  }
}

/** "deploy web": for whoever finds the lock taken. */
export const whatOf = (kind: JobKind, memory: Memory): string =>
  `${kind.kind} ${kind.subject(memory)}`.trim()

/** Names of the hosts of the services that it touches. */
export function hostsOf(context: Context, kind: JobKind, memory: Memory): Set<string> {
  const touched = new Set(kind.touches(memory))
  const services = context.services().filter(({ name }) => touched.has(name))
  return new Set(services.map(({ host }) => host))
}
