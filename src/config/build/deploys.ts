import { isAbsolute, normalize } from 'node:path'
import type { z } from 'zod'
import { meant } from '../nearest.ts'
import type { Path } from '../path.ts'
import type { deploy as deploySchema } from '../schema/deploy.ts'
import { expandPath } from '../secret-file.ts'
import type { BlueGreenConfig, DeployConfig, ManagerConfig } from '../types.ts'
import type { Building } from './context.ts'

type Given = z.output<typeof deploySchema>

/** What a deploy has to fit. */
export interface Deployed {
  readonly host: string
  readonly manager: ManagerConfig
  /** A health address is configured. */
  readonly health: boolean
}

/** How a service is deployed; what does not fit the service is reported. */
export function deployOf(
  building: Building,
  path: Path,
  given: Given,
  service: Deployed,
): DeployConfig {
  checkHosts(building, path, given, service)
  checkManager(building, path, given, service.manager)
  checkShared(building, path, given.shared)
  checkBackups(building, path, given.backup)
  const blueGreen = blueGreenOf(building, path, given, service)
  const { repo, rehearse_on: rehearseOn, start, webhook } = given
  return {
    repo: /^(?:~|\.{1,2})(?:\/|$)/.test(repo)
      ? expandPath(repo, building.directory, building.home)
      : repo,
    branch: given.branch,
    path: placeOf(building, [...path, 'path'], given.path),
    shared: given.shared,
    validate: given.validate,
    ...(rehearseOn !== undefined && { rehearseOn }),
    build: given.build,
    backup: given.backup,
    strategy: given.strategy,
    exclusive: given.exclusive,
    healthy: given.healthy,
    watch: given.watch,
    autoRollback: given.auto_rollback,
    bake: given.bake,
    keep: given.keep,
    retry: given.retry,
    timeout: given.timeout,
    ...(start !== undefined && { start }),
    ...(blueGreen && { blueGreen }),
    ...(webhook && { webhook }),
  }
}

/** An absolute path without a slash at its end, that is not the whole machine. */
function placeOf({ report, home }: Building, at: Path, text: string): string {
  const whole = normalize(/^~(?:\/|$)/.test(text) ? expandPath(text, '/', home) : text)
  const plain = whole.replace(/\/+$/, '')
  if (!isAbsolute(whole)) report.found(at, 'expected an absolute path, such as /srv/web')
  else if (text.split('/').includes('..')) report.found(at, 'expected a path without ".."')
  else if (plain === '') report.found(at, 'expected a directory of its own, such as /srv/web')
  return plain
}

function checkHosts({ report, hosts }: Building, path: Path, given: Given, { host }: Deployed) {
  const { rehearse_on: other } = given
  if (other === undefined) return
  const at = [...path, 'rehearse_on']
  if (!hosts.has(other)) report.add(at, `no host "${other}"${meant(other, hosts)}`)
  else if (other === host) report.add(at, `the service runs on ${host}, expected another host`)
}

/** A way to roll out needs a manager that can go it. */
function checkManager({ report }: Building, path: Path, given: Given, manager: ManagerConfig) {
  const { strategy, exclusive } = given
  if (exclusive && strategy === 'blue-green')
    report.add(
      [...path, 'exclusive'],
      'blue-green runs two copies at once, expected another strategy beside exclusive',
      'key',
    )
  if (manager.kind !== 'command') return
  if (manager.start === undefined)
    report.add(path, 'nothing starts the service, expected start in manager.command', 'key')
  if (manager.stop === undefined && (exclusive || strategy === 'stop-start'))
    report.add(path, 'nothing stops the service, expected stop in manager.command', 'key')
}

/** Each must be there, and is taken once. */
function checkBackups({ report, backups }: Building, path: Path, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const at = [...path, 'backup', index]
    if (names.indexOf(name) !== index) report.found(at, 'expected each backup once')
    else if (!backups.has(name))
      report.add(
        at,
        `no backup "${name}"${backups.size === 0 ? ', expected its name under backups' : meant(name, backups)}`,
      )
  }
}

/** A link inside a link would write into what all releases share. */
function checkShared({ report }: Building, path: Path, shared: readonly string[]): void {
  for (const [index, one] of shared.entries()) {
    const earlier = shared.slice(0, index)
    const other = earlier.find(
      (two) => `${one}/`.startsWith(`${two}/`) || two.startsWith(`${one}/`),
    )
    if (other !== undefined)
      report.found([...path, 'shared', index], `expected nothing inside another (${other})`)
  }
}

function blueGreenOf(
  building: Building,
  path: Path,
  { strategy, ports, nginx }: Given,
  { manager, health }: Deployed,
): BlueGreenConfig | undefined {
  if (strategy !== 'blue-green') return undefined
  const { report, home } = building
  const need = (key: string, what: string): void =>
    report.add([...path, key], `missing, blue-green needs ${what}`, 'key')
  if (manager.kind !== 'pm2')
    report.add([...path, 'strategy'], 'blue-green is done by PM2, expected the manager pm2')
  if (!health)
    report.add([...path, 'strategy'], 'blue-green asks each copy, expected health beside manager')
  if (ports === undefined) need('ports', '{ blue: 3001, green: 3002 }')
  if (nginx === undefined) need('nginx', '{ include: PATH } that nginx includes in its upstream')
  if (ports === undefined || nginx === undefined) return undefined
  const { include, test, reload } = nginx
  const whole = expandPath(include, '/', home)
  if (whole !== include && !include.startsWith('~/'))
    report.found([...path, 'nginx', 'include'], 'expected an absolute path')
  return { ports, include: whole, test, reload }
}

/** Two services in one place would remove each other's releases. */
export function checkPlaces(
  { report }: Building,
  services: readonly {
    readonly name: string
    readonly host: string
    readonly deploy?: DeployConfig
  }[],
): void {
  const seen: { readonly name: string; readonly host: string; readonly path: string }[] = []
  for (const { name, host, deploy } of services) {
    if (deploy === undefined || deploy.path === '') continue
    const mine = `${deploy.path}/`
    const other = seen.find(
      ({ path, host: there }) =>
        there === host && (mine.startsWith(`${path}/`) || `${path}/`.startsWith(mine)),
    )
    if (other !== undefined)
      report.found(
        ['services', name, 'deploy', 'path'],
        `expected a place that is not also that of ${other.name}`,
      )
    seen.push({ name, host, path: deploy.path })
  }
}
