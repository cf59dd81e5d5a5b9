import type { z } from 'zod'
import type { Check } from '../../contract/check.ts'
import type { NotifyWhen } from '../../contract/level.ts'
import type { Severity } from '../../contract/severity.ts'
import { levelsOf, recoverOf } from '../levels.ts'
import { meant } from '../nearest.ts'
import { entriesAt } from '../parse.ts'
import type { Path, Settings } from '../path.ts'
import { check as checkSchema } from '../schema/items.ts'
import { ownSections, promisedChecks } from '../schema/known.ts'
import { nameProblem } from '../schema/values.ts'
import type { CheckConfig } from '../types.ts'
import { parseDuration } from '../units.ts'
import type { Building } from './context.ts'
import { checkService } from './named.ts'
import { parseCommon, parseParams, reportKind } from './split.ts'

/** The keys that entries of `checks` and of `services` have in common. */
type Watched = Omit<z.output<typeof checkSchema>, 'kind' | 'hosts'>

export interface CheckParts {
  readonly name: string
  readonly path: Path
  readonly kind: Check
  readonly hosts: readonly string[]
  readonly params: unknown
  readonly watched: Watched
}

const usualEvery = 60_000
const usualTimeout = 10_000

/** The entries of `checks`; faulty ones are reported and left out. */
export function buildChecks(building: Building, discover: boolean): readonly CheckConfig[] {
  return entriesAt(building, ['checks']).flatMap(([name, entry]) => {
    const path = ['checks', name]
    const problem = nameProblem(name)
    if (problem !== undefined) building.report.add(path, problem, 'key')
    if (building.services.has(name))
      building.report.add(
        path,
        'a service has this name and is a check itself, expected another name',
        'key',
      )
    const built = buildEntry(building, name, entry, path)
    if (built?.kind === 'log') checkService(building, entry, path, discover)
    return built === undefined ? [] : [built]
  })
}

function buildEntry(building: Building, name: string, entry: Settings, path: Path) {
  const common = parseCommon(building, entry, checkSchema, path)
  const kind = kindOf(building, entry['kind'], path)
  if (kind === undefined) return undefined
  const params = parseParams(building, entry, checkSchema, kind.params, path)
  if (common === undefined || params === undefined) return undefined
  const hosts = [...new Set(common.hosts ?? ['main'])]
  for (const host of hosts)
    if (!building.hosts.has(host))
      building.report.add([...path, 'hosts'], `no host "${host}"${meant(host, building.hosts)}`)
  return buildCheck(building, { name, path, kind, hosts, params, watched: common })
}

function kindOf(building: Building, named: unknown, path: Path): Check | undefined {
  if (typeof named !== 'string') return undefined
  const { checks } = building.kinds
  const kind = checks.get(named)
  if (kind === undefined || Object.hasOwn(ownSections, named)) {
    const written = (name: string): boolean => !Object.hasOwn(ownSections, name)
    const usable = [...checks.keys()].filter(written)
    const promised = promisedChecks.filter(written)
    reportKind(building, named, [...path, 'kind'], usable, promised)
    return undefined
  }
  return kind
}

/** A check with its levels worked out and every default filled in. */
export function buildCheck(building: Building, parts: CheckParts): CheckConfig {
  const { name, path, kind, hosts, params, watched } = parts
  const { report, fixes } = building
  const complain = (key: string, problem: string): void => {
    if (key in watched && Object.hasOwn(watched, key)) report.found([...path, key], problem)
    else report.add(path, `the kind ${kind.kind} has a faulty default ${key}: ${problem}`, 'key')
  }
  const levels = levelsOf(kind, watched, complain)
  const recover = recoverOf(kind, watched, levels, complain)
  const { fix } = watched
  if (fix !== undefined && !fixes.has(fix))
    report.add(
      [...path, 'fix'],
      `no fix "${fix}"${fixes.size === 0 ? ', expected its name under fixes' : meant(fix, fixes)}`,
    )
  return {
    name,
    kind: kind.kind,
    hosts,
    params,
    every: watched.every ?? spanOf(kind.defaults.every) ?? usualEvery,
    timeout: watched.timeout ?? spanOf(kind.defaults.timeout) ?? usualTimeout,
    levels,
    recover,
    notify: notifyOf(watched.notify),
    ...(fix !== undefined && { fix }),
    ...(watched.runbook !== undefined && { runbook: watched.runbook }),
    ...(watched.advice !== undefined && { advice: watched.advice }),
    labels: watched.labels ?? {},
    env: watched.env ?? {},
  }
}

const spanOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(text)

function notifyOf(notify: Watched['notify']): Readonly<Record<Severity, NotifyWhen>> {
  const usual: NotifyWhen = typeof notify === 'string' ? notify : 'if-unfixed'
  const levels = { info: usual, warning: usual, critical: usual }
  if (typeof notify !== 'object') return levels
  const { info = usual, warning = usual, critical = usual } = notify
  return { info, warning, critical }
}
