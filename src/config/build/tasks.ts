import type { z } from 'zod'
import { meant } from '../nearest.ts'
import { entriesAt } from '../parse.ts'
import type { Path, Settings } from '../path.ts'
import { promisedTasks } from '../schema/known.ts'
import { task as taskSchema, taskKinds } from '../schema/tasks.ts'
import { nameProblem } from '../schema/values.ts'
import type { TaskConfig } from '../types.ts'
import type { Building } from './context.ts'
import { checkService } from './named.ts'
import { parseCommon, parseParams, reportKind } from './split.ts'

/** The entries of `tasks`; faulty ones are reported and left out. */
export function buildTasks(building: Building, discover: boolean): readonly TaskConfig[] {
  return entriesAt(building, ['tasks']).flatMap(([name, entry]) => {
    const path = ['tasks', name]
    const problem = nameProblem(name)
    if (problem !== undefined) building.report.add(path, problem, 'key')
    const built = buildTask(building, name, entry, path)
    if (built === undefined) return []
    if (built.kind === 'restart') checkService(building, entry, path, discover)
    if (built.kind === 'rolling-restart') checkServices(building, entry, path, discover)
    return [built]
  })
}

function buildTask(
  building: Building,
  name: string,
  entry: Settings,
  path: Path,
): TaskConfig | undefined {
  const common = parseCommon(building, entry, taskSchema, path)
  const { kind } = entry
  if (typeof kind !== 'string') return undefined
  const schema = schemaOf(building, kind)
  if (schema === undefined) {
    const known = [...building.kinds.fixes.keys(), ...taskKinds.keys()]
    reportKind(building, kind, [...path, 'kind'], known, promisedTasks)
    return undefined
  }
  const params = parseParams(building, entry, taskSchema, schema, path)
  if (common === undefined || params === undefined) return undefined
  const { schedule, timeout, env = {} } = common
  return { name, kind, schedule, params, timeout, env }
}

const schemaOf = ({ kinds }: Building, kind: string): z.ZodObject | undefined =>
  taskKinds.get(kind)?.params ?? kinds.fixes.get(kind)?.params

/** PM2 processes that are only discovered at run time may be meant, so without discovery only. */
function checkServices(
  { report, services }: Building,
  entry: Settings,
  path: Path,
  discover: boolean,
): void {
  const named = entry['services']
  if (!Array.isArray(named)) return
  for (const [index, name] of named.entries()) {
    const at = [...path, 'services', index]
    if (named.indexOf(name) !== index) report.found(at, 'expected each service once')
    else if (!discover && !services.has(name))
      report.add(at, `no service "${name}"${meant(name, services)}`)
  }
}
