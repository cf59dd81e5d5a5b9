import { OperatorError } from '../../contract/error.ts'
import type { Context } from '../context.ts'
import type { JobKind, Memory } from './kind.ts'

/** A kind by name. @throws OperatorError when there is none */
export function kindOf({ kinds }: Context, name: string): JobKind {
  const kind = kinds.jobs.get(name)
  if (kind) return kind
  throw new OperatorError(`there is no ${name} any more`)
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
