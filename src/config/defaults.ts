import { buildCheck } from './build/checks.ts'
import type { Building } from './build/context.ts'
import { buildService } from './build/services.ts'
import { formatIssue } from './issue.ts'
import { parseWith } from './parse.ts'
import { nameProblem } from './schema/values.ts'
import { emptyReading } from './reading.ts'
import type { CheckConfig, FixConfig, Kinds, ServiceConfig } from './types.ts'

/** The built-in checks of this machine. The probes see to it that what is not there makes no noise. */
const builtIn = ['cpu', 'memory', 'swap', 'load', 'disk', 'systemd'] as const

/** The built-in checks, except of the kinds that the file has checks of itself. */
export function defaultChecks(
  building: Building,
  listed: readonly string[],
  taken: ReadonlySet<string>,
): readonly CheckConfig[] {
  return builtIn.flatMap((name) => {
    const kind = building.kinds.checks.get(name)
    if (kind === undefined || listed.includes(name)) return []
    const path = ['checks', name]
    const params = parseWith(building, kind.params, {}, path)
    if (params === undefined) return []
    const free = freeName(name, taken)
    return [buildCheck(building, { name: free, path, kind, hosts: ['main'], params, watched: {} })]
  })
}

/** A default never takes a name away from what the operator has called so. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`main-${name}`, taken) : name
}

/** A PM2 process that was found at run time. */
export interface Discovered {
  /** As PM2 calls it. */
  readonly pm2: string
  /** PM2_HOME, absolute; absent: the bot's own. */
  readonly home?: string
  /** Names of checks and services that exist already. */
  readonly taken: ReadonlySet<string>
}

/**
 * The service that a discovered PM2 process becomes: `restart: ask`, severity warning, with the fix
 * that restarts it. Throws only when the plug-ins `service` and `restart` are broken or missing.
 */
export function discoveredService(
  kinds: Kinds,
  { pm2, home, taken }: Discovered,
): { readonly service: ServiceConfig; readonly fix: FixConfig } {
  const name = usableName(pm2, taken)
  const reading = emptyReading()
  const none: ReadonlySet<string> = new Set()
  const building: Building = {
    ...reading,
    kinds,
    hosts: new Set(['main']),
    fixes: none,
    services: new Set([name]),
    checks: none,
    backups: none,
    directory: '/',
    home: '/',
    own: { kind: 'self', database: '/', config: null, env: '/' },
  }
  const built = buildService(building, name, { manager: { pm2: name } })
  if (built?.fix === undefined)
    throw new Error(
      `no service for ${name}: ${reading.report.issues().map(formatIssue).join('; ')}`,
    )
  // PM2 allows any text as a name, the file does not.
  const manager = { kind: 'pm2', name: pm2, ...(home !== undefined && { home }) } as const
  return { service: { ...built.service, manager }, fix: built.fix }
}

/** A name that the rules allow and nothing has yet, the same one every time for the same process. */
export function usableName(wanted: string, taken: ReadonlySet<string>): string {
  const cleaned = wanted
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30)
  const usable = nameProblem(cleaned) === undefined ? cleaned : `pm2-${cleaned || 'process'}`
  if (!taken.has(usable)) return usable
  for (let number = 2; ; number += 1)
    if (!taken.has(`${usable}-${number}`)) return `${usable}-${number}`
}
