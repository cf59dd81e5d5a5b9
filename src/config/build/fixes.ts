import { entriesAt, parseWith } from '../parse.ts'
import type { Path, Settings } from '../path.ts'
import { fix as fixSchema } from '../schema/items.ts'
import { promisedFixes } from '../schema/known.ts'
import { nameProblem } from '../schema/values.ts'
import type { Fix } from '../../contract/fix.ts'
import type { FixConfig } from '../types.ts'
import { parseDuration } from '../units.ts'
import type { Building } from './context.ts'
import { checkService } from './named.ts'
import { parseCommon, parseParams, reportKind } from './split.ts'

type Common = ReturnType<typeof fixSchema.parse>

/** The entries of `fixes`; faulty ones are reported and left out. */
export function buildFixes(building: Building, discover: boolean): readonly FixConfig[] {
  return entriesAt(building, ['fixes']).flatMap(([name, entry]) => {
    const path = ['fixes', name]
    const problem = nameProblem(name)
    if (problem !== undefined) building.report.add(path, problem, 'key')
    const built = buildEntry(building, name, entry, path)
    if (built?.kind === 'restart') checkService(building, entry, path, discover)
    return built === undefined ? [] : [built]
  })
}

function buildEntry(building: Building, name: string, entry: Settings, path: Path) {
  const common = parseCommon(building, entry, fixSchema, path)
  const named = entry['kind']
  if (typeof named !== 'string') return undefined
  const { fixes } = building.kinds
  const kind = fixes.get(named)
  if (kind === undefined) {
    reportKind(building, named, [...path, 'kind'], fixes.keys(), promisedFixes)
    return undefined
  }
  const params = parseParams(building, entry, fixSchema, kind.params, path)
  if (common === undefined || params === undefined) return undefined
  return fixConfig(name, kind, params, common)
}

function fixConfig(name: string, kind: Fix, params: unknown, common: Common): FixConfig {
  const within = common.verify.within ?? spanOf(kind.within)
  const hold = common.verify.hold ?? spanOf(kind.hold)
  const { every } = common.verify
  return {
    name,
    kind: kind.kind,
    params,
    attempts: common.attempts,
    backoff: common.backoff,
    cooldown: common.cooldown,
    maxPerHour: common.max_per_hour,
    timeout: common.timeout,
    ...(common.approve !== undefined && { approve: common.approve }),
    verify: {
      ...(within !== undefined && { within }),
      ...(every !== undefined && { every }),
      ...(hold !== undefined && { hold }),
    },
    env: common.env ?? {},
  }
}

const spanOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(text)

/** The name of the fix that restarts a service; no name in the file can contain a colon. */
const restartFixName = (service: string): string => `restart:${service}`

/** The fix that every service without one of its own gets. `ask`: an operator must approve it. */
export function restartFix(building: Building, service: string, restart: 'auto' | 'ask') {
  const kind = building.kinds.fixes.get('restart')
  const path = ['services', service]
  if (kind === undefined) {
    building.report.add(path, 'services need the fix "restart", which has no plug-in file', 'key')
    return undefined
  }
  const params = parseWith(building, kind.params, { service }, path)
  if (params === undefined) return undefined
  const common = fixSchema.parse({ kind: 'restart', approve: restart === 'ask' })
  return fixConfig(restartFixName(service), kind, params, common)
}
