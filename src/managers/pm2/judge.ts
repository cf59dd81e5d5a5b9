import type { Instance } from '../../contract/service.ts'
import { formatDuration } from '../../contract/units.ts'
import { crashes, type Death, type History, looping, stableAfter } from './history.ts'
import type { Pm2Record } from './process.ts'

/** What is known of one process at one moment. */
export interface Sight {
  readonly record: Pm2Record
  readonly history: History
  /** Its pid is dead and only not yet reaped. */
  readonly zombie: boolean
  readonly now: number
}

type Verdict = Pick<Instance, 'state' | 'saw' | 'witnessed'>

/** "exited with code 1", "killed by SIGKILL". */
export const endOf = (death: Pick<Death, 'code' | 'signal'>): string =>
  death.signal === null
    ? `exited${death.code === null ? '' : ` with code ${death.code}`}`
    : `killed by ${death.signal}`

const lastEnd = ({ record, history }: Sight): string => {
  const death = history.deaths.at(-1)
  return endOf(death ?? { code: record.code, signal: null })
}

/** Contract: "With its autorestart on, a process is down when without a stable pid for 10 s; off, at once." */
const isLost = ({ record, now }: Sight, since: number | null): boolean =>
  !record.autorestart || (since !== null && now - since >= stableAfter)

function online(sight: Sight): Verdict {
  const { record, history, now } = sight
  if (record.pid === null) {
    const state = isLost(sight, history.lostAt ?? record.started) ? 'down' : 'starting'
    return { state, saw: `${record.status} without a process` }
  }
  const { lostAt, lostDeaths } = history
  const age = record.started === null ? stableAfter : Math.max(0, now - record.started)
  if (age >= stableAfter && record.status === 'online')
    return { state: 'up', saw: `up for ${formatDuration(age)}` }
  if (lostAt !== null && lostDeaths > 1 && now - lostAt >= stableAfter)
    return { state: 'down', saw: `died ${lostDeaths} times in a row, ${lastEnd(sight)}` }
  return { state: 'starting', saw: `started ${formatDuration(age)} ago` }
}

/**
 * Whether this stop can be told from a death. What PM2 would restart does not rest because it died,
 * and a stop code speaks for itself; but a kill shows as code 0 too.
 */
const witnessed = ({ record, history }: Sight, wanted: boolean): boolean =>
  history.ended === 'ordered' || record.autorestart || (wanted && record.code !== 0)

function resting(sight: Sight): Verdict {
  const { record, history } = sight
  // Nobody wants it to stay so: it is stopped for the time of a deploy, which did not come to its end.
  if (history.halted) return { state: 'down', saw: 'stopped by the bot' }
  if (history.ended === 'died')
    return { state: isLost(sight, history.lostAt) ? 'down' : 'starting', saw: lastEnd(sight) }
  const wanted = record.code !== null && record.stopCodes.includes(record.code)
  const rest = { state: 'stopped', ...(!witnessed(sight, wanted) && { witnessed: false }) } as const
  if (record.cron && !record.autorestart)
    return { ...rest, saw: 'not running, starts on its schedule' }
  return { ...rest, saw: wanted ? `ended with its stop code ${record.code}` : 'stopped' }
}

/** PM2 shows this status also where it will not restart, if `restart_delay` is set (God.js handleExit). */
function waiting(sight: Sight): Verdict {
  const { history } = sight
  if (history.errored) return { state: 'down', saw: `PM2 gave up, ${lastEnd(sight)}` }
  if (history.ended === 'ordered') return { state: 'stopped', saw: 'stopped' }
  const state = isLost(sight, history.lostAt) ? 'down' : 'starting'
  return { state, saw: `${lastEnd(sight)}, waits for its restart` }
}

function verdict(sight: Sight): Verdict {
  const { record, zombie, history } = sight
  if (zombie) return { state: 'down', saw: `process ${record.pid} is a zombie` }
  switch (record.status) {
    case 'online':
    case 'launching':
      return online(sight)
    case 'stopping':
      return { state: 'starting', saw: 'is being stopped' }
    case 'errored':
      return { state: 'down', saw: `errored: PM2 gave up, ${lastEnd(sight)}` }
    case 'waiting restart':
      return waiting(sight)
    case 'stopped':
    case 'one-launch-status':
      return resting(sight)
    default:
      return {
        state: record.pid === null && isLost(sight, history.lostAt) ? 'down' : 'starting',
        saw: record.status,
      }
  }
}

const runs = ({ record, zombie }: Sight): boolean =>
  record.pid !== null && !zombie && ['online', 'launching', 'stopping'].includes(record.status)

const mostEnds = 10

const line = (death: Death): string =>
  `${new Date(death.at).toISOString().replace(/\.\d+Z$/, 'Z')} ${endOf(death)} after ${formatDuration(death.lived)}`

/** Pure: one process as an instance of its service. */
export function judge(label: string, sight: Sight): Instance {
  const { record, history, now } = sight
  const running = runs(sight)
  return {
    label,
    ...verdict(sight),
    pid: running ? record.pid : null,
    since: running ? record.started : null,
    crashes: crashes(history, now),
    looping: looping(history, now),
    ...(history.deaths.length > 0 && { ends: history.deaths.slice(-mostEnds).map(line) }),
    ...(running && record.cpu !== null && { cpu: record.cpu }),
    ...(running && record.memory !== null && { memory: record.memory }),
  }
}
