import { addressOf, placeOf } from '../../backup/postgres/address.ts'
import { formatDuration } from '../../contract/units.ts'
import type { JobWorld } from '../../flow/jobs/kind.ts'
import { healthyOf } from './services.ts'
import type { RestoreMemory } from './memory.ts'
import type { Reach } from './reach.ts'

/** What is live, in few words. */
function targetsOf({ config: { source } }: Reach): readonly string[] {
  if (source.kind === 'postgres') return [`database ${placeOf(addressOf(source.url))}`]
  if (source.kind === 'sqlite') return [source.path]
  return source.kind === 'paths' ? source.paths : []
}

const whatOf = ({ snapshot, words }: RestoreMemory): string =>
  snapshot === null ? `the data of ${words}` : `snapshot ${words}`

function sideLines(memory: RestoreMemory, reach: Reach, world: JobWorld): readonly string[] {
  const { backup } = memory
  const where =
    memory.kind === 'postgres'
      ? `a new database NAME_restored_TIME beside ${targetsOf(reach).join(', ')}`
      : world.restored(`${backup}-TIME`)
  return [`restore ${whatOf(memory)} to ${where}`, 'prove it: integrity, rows']
}

function liveLines(
  memory: RestoreMemory,
  running: readonly string[],
  reach: Reach,
  world: JobWorld,
): readonly string[] {
  const { services, safety, backup, exclusive, kind } = memory
  const targets = targetsOf(reach)
  const each = (verb: string, names: readonly string[]) => names.map((name) => `${verb} ${name}`)
  const resting = services.filter((name) => !running.includes(name))
  const gates = running.map((name) => {
    const { within, for: hold } = healthyOf(world.service(name))
    return `${name} has to be healthy within ${formatDuration(within)}, for ${formatDuration(hold)}`
  })
  return [
    `restore ${whatOf(memory)} beside what is live, and prove it: integrity, rows`,
    ...(safety ? [`back up ${backup} as it is now`] : []),
    ...each('stop', running),
    'put aside what is live, and what was restored in its place:',
    ...targets.map((one) => `  ${one}`),
    `  (aside: ${kind === 'postgres' ? 'NAME_before_TIME' : `.before-restore-${backup}-TIME/ beside it`})`,
    ...(exclusive
      ? each('leave stopped, and held:', services)
      : [...each('start', running), ...gates]),
    ...(exclusive ? [] : each('leave stopped, as it is now:', resting)),
  ]
}

/** Exactly what will be done, in order. `running`: the services of it that run now. */
export const stepLines = (
  memory: RestoreMemory,
  running: readonly string[],
  reach: Reach,
  world: JobWorld,
): readonly string[] =>
  memory.to === 'side' ? sideLines(memory, reach, world) : liveLines(memory, running, reach, world)
