import { parseFailed } from '../../../checks/systemd.ts'
import { messageOf } from '../../contract/error.ts'
import type { DiskFacts, MemoryFacts, ProcessFacts } from '../../contract/host.ts'
import type { Pm2Process } from '../../contract/service.ts'
import type { InitOutside } from './outside.ts'
import { family, listeningOf } from './ports.ts'

/** A name that PM2 runs one or several copies under. */
export interface App {
  readonly name: string
  readonly copies: number
  /** A URL of it that has just answered with success. */
  readonly health?: string
}

/** What there is to watch here. */
export interface Machine {
  readonly cores: number
  readonly memory: MemoryFacts
  readonly disks: readonly DiskFacts[]
  /** null where systemd does not run. `own`: services that run and matter, in the names of units. */
  readonly systemd: { readonly failed: readonly string[]; readonly own: readonly string[] } | null
  /** The bot is not among them. */
  readonly apps: readonly App[]
  /** PM2 runs the bot already. */
  readonly botUnderPm2: boolean
  /** PM2 runs anything at all. */
  readonly pm2: boolean
  /** What could not be seen. */
  readonly problems: readonly string[]
}

/** What ecosystem.config.js calls the bot. */
export const botName = 'mechanic'

const lookMs = 10_000
const mostUnits = 20

/** Where programs say how they are. */
const healthPaths = ['/health', '/healthz', '/api/health', '/'] as const
const mostPorts = 3

/** Looks at this machine; changes nothing. The only requests go to programs under PM2, on this machine. */
export async function lookAround(outside: InitOutside): Promise<Machine> {
  const { host, questions } = outside
  const signal = AbortSignal.any([questions.cancelled, AbortSignal.timeout(lookMs)])
  const problems: string[] = []
  const seen = <T>(what: string, look: Promise<T>, otherwise: T): Promise<T> =>
    look.catch((error: unknown) => {
      problems.push(`${what}: ${messageOf(error)}`)
      return otherwise
    })
  const [memory, { cores }, disks, processes, running, systemd] = await Promise.all([
    host.memory(),
    host.load(),
    seen('disks', host.mounts(), []),
    seen('processes', host.processes(), []),
    seen('PM2', outside.pm2(signal), []),
    seen('systemd', unitsOf(outside, signal), null),
  ])
  const apps = await appsOf(outside, running, processes, signal)
  return {
    cores,
    memory,
    disks,
    systemd,
    apps: apps.filter(({ name }) => name !== botName),
    botUnderPm2: apps.some(({ name }) => name === botName),
    pm2: running.length > 0,
    problems,
  }
}

function appsOf(
  outside: InitOutside,
  running: readonly Pm2Process[],
  processes: readonly ProcessFacts[],
  signal: AbortSignal,
): Promise<readonly App[]> {
  const groups = [...Map.groupBy(running, ({ name }) => name)].toSorted(([a], [b]) =>
    a.localeCompare(b),
  )
  return Promise.all(
    groups.map(async ([name, group]): Promise<App> => {
      const pids = group.flatMap(({ instance }) => instance.pid ?? [])
      const all = name === botName ? [] : pids.flatMap((pid) => family(pid, processes))
      const health = await healthOf(outside, all, signal)
      return { name, copies: group.length, ...(health !== undefined && { health }) }
    }),
  )
}

/** The first URL of these processes that answers with success. */
async function healthOf(
  { answers }: InitOutside,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const ports = await listeningOf(pids)
  for (const { host, port } of ports.slice(0, mostPorts))
    for (const path of healthPaths) {
      const url = `http://${host}:${port}${path}`
      const status = await answers(url, signal)
      // What does not speak HTTP is not asked four times.
      if (status === null) break
      if (status >= 200 && status < 300) return url
    }
  return undefined
}

/** Servers that others depend on, by the names that distributions give their units. */
const wellKnown =
  /^(?:nginx|apache2|httpd|caddy|haproxy|traefik|varnish|postgresql(?:@.+)?|mysql|mysqld|mariadb|mongod|redis(?:-server)?|valkey(?:-server)?|memcached|rabbitmq-server|docker|php[\d.]*-fpm)$/

const withoutSuffix = (unit: string): string => unit.replace(/\.service$/, '')

async function unitsOf({ host }: InitOutside, signal: AbortSignal): Promise<Machine['systemd']> {
  if ((await host.files.look('/run/systemd/system')) === null) return null
  const list = async (...words: readonly string[]): Promise<string> => {
    const argv = ['systemctl', 'list-units', '--plain', '--no-legend', '--no-pager', ...words]
    const { code, out, err } = await host.run(['env', 'LC_ALL=C', ...argv], { signal })
    if (code === 0) return out
    throw new Error(err.trim().split('\n')[0] || 'systemctl gave no answer')
  }
  const failed = parseFailed(await list('--failed'))
  const running = (await list('--type=service', '--state=running'))
    .split('\n')
    .flatMap((line) => line.trim().split(/\s+/, 1)[0] || [])
  const own = []
  for (const unit of running) {
    const name = withoutSuffix(unit)
    if (name.startsWith('pm2-') || name === botName) continue
    // A unit that somebody wrote for this machine is a file here; those of packages are elsewhere.
    const file = await host.files.look(`/etc/systemd/system/${unit}`)
    if (wellKnown.test(name) || file?.kind === 'file') own.push(name)
  }
  return { failed, own: own.slice(0, mostUnits) }
}
