import type { HostView, Overview } from '../contract/view.ts'
import { t } from '../contract/message.ts'
import type { Host } from '../contract/host.ts'
import type { Context } from './context.ts'
import { checkView, incidentView, isAbsent, serviceView, snapshot } from './views.ts'

const hostView = async (
  context: Context,
  host: Host,
  role: string | undefined,
  checks: HostView['checks'],
): Promise<HostView> => {
  const booted = await host.booted().catch(() => null)
  return {
    name: host.name,
    checks,
    ...(role !== undefined && { role }),
    ...(booted !== null && { uptime: context.clock.now() - booted }),
  }
}

/** Everything at one glance, from what is known already. */
export async function overviewOf(context: Context, jobs: Overview['jobs']): Promise<Overview> {
  const now = snapshot(context)
  const targets = [...context.targets().values()].filter((target) => !isAbsent(target))
  const hosts = new Map(targets.map((target) => [target.host.name, target.host]))
  const roles = new Map(context.config().hosts.map((host) => [host.name, host.role]))
  const plain = targets.filter((target) => target.service === null)
  return {
    at: context.clock.now(),
    hosts: await Promise.all(
      [...hosts.values()].map((host) => {
        const checks = plain
          .filter((target) => target.host === host)
          .map((target) => checkView(context, target, now))
        return hostView(context, host, roles.get(host.name), checks)
      }),
    ),
    services: targets.flatMap((target) => serviceView(context, target, now) ?? []),
    incidents: now.open.map((incident) => incidentView(context, incident)),
    silences: now.silences,
    jobs,
    checks: targets.length,
    ...(context.heldBack() && { heldBack: t('held-back') }),
  }
}
