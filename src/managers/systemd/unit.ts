import { OperatorError } from '../../contract/error.ts'
import type { Instance } from '../../contract/service.ts'
import { formatDuration } from '../../contract/units.ts'

/** What `systemctl show` is asked for; org.freedesktop.systemd1(5) says what each means. */
export const properties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'MainPID',
  'NRestarts',
  'RestartUSec',
  'ExecMainCode',
  'ExecMainStatus',
  'ExecMainStartTimestampMonotonic',
  'ExecMainExitTimestampMonotonic',
] as const

export interface UnitFacts {
  readonly id: string
  readonly load: string
  readonly active: string
  readonly sub: string
  readonly result: string
  readonly pid: number | null
  /** Restarts by systemd itself since somebody last started it. */
  readonly restarts: number
  /** Milliseconds between a death and the restart. */
  readonly delay: number
  /** How the main process ended: "exited with code 1", "killed by signal 9"; null while it runs. */
  readonly end: string | null
  /** Milliseconds since boot; null where it never did. */
  readonly started: number | null
  readonly ended: number | null
}

/** Milliseconds under which a run is not stable, as for PM2 (contract, "PM2 goes first"). */
export const stableAfter = 10_000

/**
 * A unit's name as it may stand in a command, never an option: systemd.unit(5), "ASCII letters,
 * digits, `:`, `-`, `_`, `.`, `\`" and `@` in instances, at most 255.
 *
 * @throws {OperatorError} for anything else
 */
export function unitName(name: string): string {
  if (/^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/.test(name)) return name
  throw new OperatorError(`${JSON.stringify(name)} is no name of a systemd unit`)
}

const units = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const
const isUnit = (text: string): text is keyof typeof units => Object.hasOwn(units, text)

/** systemd's own way of writing spans, "1min 500ms"; 0 for "infinity". */
const span = (text: string): number =>
  [...text.matchAll(/([\d.]+)([a-z]+)/g)].reduce(
    (sum, [, digits = '0', unit = '']) => sum + (isUnit(unit) ? Number(digits) * units[unit] : 0),
    0,
  )

/** ExecMainCode is siginfo's si_code: 1 exited, 2 killed, 3 dumped core (waitid(2)). */
function ending(code: string | undefined, status: string | undefined): string | null {
  if (code === '1') return `exited with code ${status}`
  if (code === '2' || code === '3')
    return `killed by signal ${status}${code === '3' ? ' (core dumped)' : ''}`
  return null
}

/** Reads what `systemctl show` prints, one block a unit. */
export function parseBlocks(text: string): readonly ReadonlyMap<string, string>[] {
  return text
    .split(/\n\s*\n/)
    .filter((block) => block.trim() !== '')
    .map(
      (block) =>
        new Map(
          block.split('\n').map((line): [string, string] => {
            const at = line.indexOf('=')
            return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
          }),
        ),
    )
}

/** Each unit of which `properties` were asked for. */
export function parseShow(text: string): readonly UnitFacts[] {
  return parseBlocks(text).map((values) => {
    const get = (name: (typeof properties)[number]): string => values.get(name) ?? ''
    const since = (name: (typeof properties)[number]) => Number(get(name)) / 1000 || null
    return {
      id: get('Id'),
      load: get('LoadState'),
      active: get('ActiveState'),
      sub: get('SubState'),
      result: get('Result'),
      pid: Number(get('MainPID')) || null,
      restarts: Number(get('NRestarts')) || 0,
      delay: span(get('RestartUSec')),
      end: ending(get('ExecMainCode'), get('ExecMainStatus')),
      started: since('ExecMainStartTimestampMonotonic'),
      ended: since('ExecMainExitTimestampMonotonic'),
    }
  })
}

/** What polling a unit has shown over time. */
export interface UnitMemory {
  readonly restarts: number
  /** Of the last death seen, as in the facts. */
  readonly ended: number | null
  /** Epoch milliseconds. */
  readonly at: number
  /** When deaths were noticed, of the last hour. */
  readonly deaths: readonly number[]
  /** Starts in a row that lived under 10 s. */
  readonly short: number
  readonly lostAt: number | null
  readonly lostDeaths: number
}

const hour = 3_600_000
const mostDeaths = 1000

/** How long its main process has been running at `uptime`, both in milliseconds since boot. */
const ageOf = ({ pid, started }: UnitFacts, uptime: number): number | null =>
  pid === null || started === null ? null : Math.max(0, uptime - started)

/** Pure: `now` in epoch milliseconds, `uptime` in milliseconds since boot. */
export function remember(
  before: UnitMemory | undefined,
  facts: UnitFacts,
  now: number,
  uptime: number,
): UnitMemory {
  const gone = { restarts: facts.restarts, ended: facts.ended, at: now }
  const calm = { short: 0, lostAt: null, lostDeaths: 0 }
  const waiting = facts.sub === 'auto-restart'
  if (!before) return { ...gone, ...calm, deaths: [], lostAt: waiting ? now : null }

  const byItself = Math.max(0, facts.restarts - before.restarts)
  // The death after which it failed for good is followed by no restart.
  const last = facts.active === 'failed' && facts.ended !== before.ended
  const died = Math.min(byItself + (last ? 1 : 0), mostDeaths)
  const deaths = [...before.deaths, ...Array.from({ length: died }, () => now)]
    .filter((at) => at > now - hour)
    .slice(-mostDeaths)
  const age = ageOf(facts, uptime)
  // Started by somebody, at rest, or stable: what went before no longer counts.
  if (facts.restarts < before.restarts || facts.active === 'inactive' || (age ?? 0) >= stableAfter)
    return { ...gone, ...calm, deaths }
  const lived = died === 0 ? Infinity : (now - before.at) / died - facts.delay
  return {
    ...gone,
    deaths,
    short: before.short + (lived < stableAfter ? died : 0),
    lostAt: before.lostAt ?? (died > 0 || waiting ? now : null),
    lostDeaths: before.lostDeaths + died,
  }
}

type Verdict = Pick<Instance, 'state' | 'saw'>

function active(facts: UnitFacts, memory: UnitMemory, uptime: number): Verdict {
  const age = ageOf(facts, uptime)
  if (age === null) return { state: 'up', saw: `active (${facts.sub})` }
  if (age >= stableAfter) return { state: 'up', saw: `up for ${formatDuration(age)}` }
  const { lostAt, lostDeaths, at } = memory
  if (lostAt !== null && lostDeaths > 1 && at - lostAt >= stableAfter)
    return { state: 'down', saw: `died ${lostDeaths} times in a row` }
  return { state: 'starting', saw: `started ${formatDuration(age)} ago` }
}

function verdict(facts: UnitFacts, memory: UnitMemory, uptime: number): Verdict {
  const how = facts.end ?? facts.result
  if (facts.load === 'not-found') return { state: 'missing', saw: 'systemd does not know it' }
  switch (facts.active) {
    case 'active':
      return active(facts, memory, uptime)
    case 'reloading':
    case 'refreshing':
      return { state: 'up', saw: facts.active }
    case 'activating': {
      if (facts.sub !== 'auto-restart')
        return { state: 'starting', saw: `is starting (${facts.sub})` }
      const lost = memory.lostAt !== null && memory.at - memory.lostAt >= stableAfter
      return { state: lost ? 'down' : 'starting', saw: `${how}, waits for its restart` }
    }
    case 'failed':
      return { state: 'down', saw: `failed: ${how}` }
    case 'inactive':
      if (facts.load === 'masked') return { state: 'stopped', saw: 'stopped and masked' }
      if (facts.load !== 'loaded') return { state: 'down', saw: `its unit is ${facts.load}` }
      return facts.result === 'success'
        ? { state: 'stopped', saw: 'stopped' }
        : { state: 'down', saw: `inactive: ${how}` }
    default:
      return { state: 'starting', saw: `${facts.active} (${facts.sub})` }
  }
}

/** Pure: the unit as the only instance of its service. `booted` in epoch milliseconds. */
export function judgeUnit(facts: UnitFacts, memory: UnitMemory, booted: number): Instance {
  const uptime = memory.at - booted
  return {
    label: '',
    ...verdict(facts, memory, uptime),
    pid: facts.pid,
    since: facts.pid === null || facts.started === null ? null : Math.round(booted + facts.started),
    crashes: memory.deaths.length,
    looping: memory.short >= 3 && facts.active !== 'inactive',
  }
}
