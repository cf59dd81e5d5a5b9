import type { BlueGreenConfig, DeployConfig, ServiceConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'
import type { Colours, Manager } from '../../contract/service.ts'
import type { JobWorld, StepContext } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'
import { createPlace, type Place } from './place.ts'
import { createSource, type Source } from './source.ts'

export type DeployContext = StepContext<DeployMemory>

/** What the steps of a deploy reach: its config as it is now, its host, its directories. */
export interface Reach {
  readonly service: ServiceConfig
  readonly deploy: DeployConfig
  readonly host: Host
  readonly manager: Manager
  readonly place: Place
}

/**
 * @param on another host than the service's own, to rehearse on
 * @throws OperatorError when the service, its `deploy` or its host is not configured any more
 */
export function reachOf(name: string, world: JobWorld, on?: string): Reach {
  const service = world.service(name)
  const { deploy } = service
  if (!deploy)
    throw new OperatorError(
      `${name} has no deploy in the config`,
      `Add services.${name}.deploy to the config: docs/deploy.md shows how.`,
    )
  const host = world.host(on ?? service.host)
  return {
    service,
    deploy,
    host,
    manager: world.services.get(name),
    place: createPlace({ host, signal: world.signal }, deploy),
  }
}

/** The repository, reached from a host. In a step, what git does becomes part of its output. */
export function sourceOf(
  { service, deploy, host }: Reach,
  world: JobWorld & { readonly say?: DeployContext['say'] },
): Source {
  const { signal, redact, say } = world
  return createSource({ host, signal, redact, ...(say && { say }) }, deploy, service.name)
}

/** @throws OperatorError for a service that is not set up for it */
export function blueGreenOf({ service, deploy, manager }: Reach): {
  readonly config: BlueGreenConfig
  readonly colours: Colours
} {
  if (deploy.blueGreen && manager.colours)
    return { config: deploy.blueGreen, colours: manager.colours }
  throw new OperatorError(
    `${service.name} is not set up for blue-green any more`,
    'Put ports and nginx back into its deploy in the config, then deploy again.',
  )
}

/** The release that a step is about. A step that needs it comes after the one that makes it. */
export function releaseOf({ service, release }: DeployMemory): string {
  if (release !== null) return release
  throw new Error(`no release of ${service} has been built`)
}
