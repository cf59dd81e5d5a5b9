import { OperatorError } from '../../contract/error.ts'
import type { Colour, Instance, Manager } from '../../contract/service.ts'
import { type DeployContext, type Reach } from './reach.ts'

/** No copy of it is known to its manager. */
export const isMissing = (instances: readonly Instance[]): boolean =>
  instances.every(({ state }) => state === 'missing')

export const isUp = (instances: readonly Instance[]): boolean =>
  instances.some(({ state }) => state === 'up' || state === 'starting')

const appOf = ({ service: { manager, name } }: Reach, colour: Colour | null): string => {
  const app = manager.kind === 'pm2' ? manager.name : name
  return colour === null ? app : `${app}-${colour}`
}

/** What the command that starts a service for the first time is told. */
function startEnv(reach: Reach, colour: Colour | null): Record<string, string> {
  const { service, deploy } = reach
  const { manager } = service
  return {
    ...(manager.kind === 'pm2' && manager.home !== undefined && { PM2_HOME: manager.home }),
    ...service.env,
    APP: appOf(reach, colour),
    ...(colour !== null && {
      COLOUR: colour,
      ...(deploy.blueGreen && { PORT: String(deploy.blueGreen.ports[colour]) }),
    }),
  }
}

/** Starts what its manager does not know yet, by the config's own command, in the live release. */
async function startFirst(
  reach: Reach,
  colour: Colour | null,
  context: DeployContext,
): Promise<void> {
  const { service, deploy, place } = reach
  const cwd = colour === null ? place.paths.current : place.paths.colour(colour)
  if (deploy.start === undefined)
    throw new OperatorError(
      `${service.manager.kind} on ${service.host} does not know ${appOf(reach, colour)}`,
      `Set deploy.start of ${service.name} in the config, or start it once by hand in ${cwd}.`,
    )
  await context.run(service.host, deploy.start, { cwd, env: startEnv(reach, colour) })
}

/** Starts a copy that does not run, whether or not its manager has known it. */
export async function startCopy(
  reach: Reach,
  manager: Manager,
  colour: Colour | null,
  context: DeployContext,
): Promise<void> {
  context.holds.demandFree(reach.service.name)
  if (isMissing(await manager.status(context.signal))) await startFirst(reach, colour, context)
  else await manager.start(context.signal)
}

/** Stops a copy, unless there is nothing to stop. */
export async function stopCopy(manager: Manager, signal: AbortSignal): Promise<void> {
  const instances = await manager.status(signal)
  const idle = ({ state, pid }: Instance) =>
    (state === 'missing' || state === 'stopped') && pid === null
  if (!instances.every(idle)) await manager.stop(signal)
}

/** Those of the copies that are the very processes that ran before. */
const remaining = (before: readonly Instance[], now: readonly Instance[]): readonly number[] =>
  now.flatMap(({ pid, since }) =>
    pid !== null && before.some((one) => one.pid === pid && one.since === since) ? [pid] : [],
  )

/** Has the release that `current` points to run: by a reload where it runs, else by a start. */
export async function activateCopy(reach: Reach, context: DeployContext): Promise<void> {
  const { manager, service } = reach
  const before = await manager.status(context.signal)
  if (!isUp(before)) return startCopy(reach, manager, null, context)
  await manager.reload(context.signal)
  // A unit that reloads itself keeps its process; PM2 has to replace each one.
  if (service.manager.kind !== 'pm2') return
  const same = remaining(before, await manager.status(context.signal))
  if (same.length > 0)
    throw new OperatorError(
      `${service.manager.kind} said that it reloaded ${service.name}, but process ${same.join(', ')} is still the one from before`,
      `Look at the log of ${service.name}, and at that of ${service.manager.kind} itself.`,
    )
}
