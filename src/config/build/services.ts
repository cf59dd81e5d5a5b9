import type { z } from 'zod'
import { meant } from '../nearest.ts'
import { entriesAt, parseWith } from '../parse.ts'
import type { Path, Settings } from '../path.ts'
import { service as serviceSchema } from '../schema/items.ts'
import { nameProblem } from '../schema/values.ts'
import { expandPath } from '../secret-file.ts'
import type { FixConfig, ManagerConfig, ServiceConfig } from '../types.ts'
import { buildCheck } from './checks.ts'
import type { Building } from './context.ts'
import { deployOf } from './deploys.ts'
import { restartFix } from './fixes.ts'
import { splitEntry } from './split.ts'

type Common = z.output<typeof serviceSchema>

interface Built {
  readonly service: ServiceConfig
  /** The fix that restarts it, unless it names one of its own. */
  readonly fix?: FixConfig
}

/** The entries of `services`; faulty ones are reported and left out. */
export function buildServices(building: Building): readonly Built[] {
  return entriesAt(building, ['services']).flatMap(([name, entry]) => {
    const path = ['services', name]
    const problem = nameProblem(name)
    if (problem !== undefined) building.report.add(path, problem, 'key')
    const built = buildService(building, name, entry)
    return built === undefined ? [] : [built]
  })
}

/** One service and the check that it is: down, crashes, health. */
export function buildService(building: Building, name: string, entry: Settings): Built | undefined {
  const path = ['services', name]
  const kind = building.kinds.checks.get('service')
  if (kind === undefined) {
    building.report.add(path, 'services need the kind "service", which has no plug-in file', 'key')
    return undefined
  }
  const { common: own, params: rest } = splitEntry(entry, serviceSchema, kind.params)
  const common = parseWith(building, serviceSchema, own, path)
  const params = parseWith(building, kind.params, { ...rest, service: name }, path, known)
  if (common === undefined || params === undefined) return undefined
  const host = common.host ?? 'main'
  if (Object.hasOwn(entry, 'service'))
    building.report.add(
      [...path, 'service'],
      'unknown key "service", the name above it says which',
      'key',
    )
  if (!building.hosts.has(host))
    building.report.add([...path, 'host'], `no host "${host}"${meant(host, building.hosts)}`)
  const manager = managerOf(building, common.manager)
  if (manager === undefined) return undefined
  const health = Object.hasOwn(entry, 'health')
  checkCommands(building, path, manager, common.restart, health)
  const deploy =
    common.deploy &&
    deployOf(building, [...path, 'deploy'], common.deploy, { host, manager, health })
  const fix = common.fix === undefined ? restartFix(building, name, common.restart) : undefined
  const check = buildCheck(building, { name, path, kind, hosts: [host], params, watched: common })
  return {
    service: {
      name,
      host,
      manager,
      env: common.env ?? {},
      restart: common.restart,
      check: fix === undefined ? check : { ...check, fix: fix.name },
      ...(deploy && { deploy }),
    },
    ...(fix !== undefined && { fix }),
  }
}

const known = Object.keys(serviceSchema.shape)

function managerOf(
  { directory, home }: Building,
  manager: Common['manager'],
): ManagerConfig | undefined {
  if (manager.pm2 !== undefined) {
    const place = manager.home
    if (place === undefined) return { kind: 'pm2', name: manager.pm2 }
    return { kind: 'pm2', name: manager.pm2, home: expandPath(place, directory, home) }
  }
  if (manager.systemd !== undefined) return { kind: 'systemd', unit: manager.systemd }
  if (manager.command === undefined) return undefined
  const { start, stop, status } = manager.command
  return {
    kind: 'command',
    ...(start !== undefined && { start }),
    ...(stop !== undefined && { stop }),
    ...(status !== undefined && { status }),
  }
}

/** A service of commands must say how it is looked at, and how it is started if the bot is to do that. */
function checkCommands(
  { report }: Building,
  path: Path,
  manager: ManagerConfig,
  restart: Common['restart'],
  health: boolean,
): void {
  if (manager.kind !== 'command') return
  const place = [...path, 'manager', 'command']
  if (manager.status === undefined && !health)
    report.add(
      place,
      'nothing tells whether it runs, expected status, or health beside manager',
      'key',
    )
  if (manager.start === undefined && restart === 'auto')
    report.add(place, 'nothing starts it, expected start because of restart: auto', 'key')
}
