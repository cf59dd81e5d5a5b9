import type { JobWorld } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'

/** Nobody else deploys or rolls back this service, nor anything in its directory. */
export function deployLocks({ service, host }: DeployMemory, world: JobWorld): readonly string[] {
  const path = world.service(service).deploy?.path
  return [`deploy:${service}`, ...(path === undefined ? [] : [`path:${host}:${path}`])]
}
