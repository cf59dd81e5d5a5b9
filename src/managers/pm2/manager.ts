import { OperatorError } from '../../contract/error.ts'
import type { Instance, Manager } from '../../contract/service.ts'
import { merge, tail, type Tail } from '../tail.ts'
import type { Pm2Home } from './home.ts'
import { judge } from './judge.ts'
import { labelled, type Pm2Record } from './process.ts'

const isNull = (path: string): boolean => path === 'NULL' || path === '/dev/null'

function filesOf(records: readonly Pm2Record[], errors: boolean): readonly string[] {
  const paths = records.flatMap((record) => [errors ? null : record.outLog, record.errorLog])
  return [...new Set(paths.filter((path) => path !== null).filter((path) => !isNull(path)))]
}

/** The newest lines of the log files of these processes. */
export async function logsOf(
  records: readonly Pm2Record[],
  lines: number,
  errors: boolean,
): Promise<readonly string[]> {
  const tails: Tail[] = []
  for (const path of filesOf(records, errors)) {
    const read = await tail(path, lines)
    if (read) tails.push(read)
  }
  return merge(tails, lines)
}

const missing: Instance = {
  label: '',
  state: 'missing',
  pid: null,
  since: null,
  crashes: 0,
  looping: false,
  saw: 'PM2 does not know it',
}

/** PM2 itself would restart it later and refuses meanwhile, so what waits is ended first. */
async function restartOne(home: Pm2Home, record: Pm2Record, signal: AbortSignal): Promise<void> {
  if (record.status === 'waiting restart') {
    // PM2 sends its signal to the old pid without looking: it may belong to another process by now.
    if (record.pid !== null && isAlive(record.pid))
      throw new OperatorError(
        `PM2 on ${home.host} is about to restart ${record.name} by itself`,
        'Wait for it, or see `pm2 describe` for its restart_delay.',
      )
    await home.order('stopProcessId', record.id, signal)
  }
  // No `env`: with one, PM2 would hand it to the process.
  await home.order('restartProcessId', { id: record.id }, signal)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

/** A service that PM2 runs. `prefix` goes before a shown command where the home is not the usual one. */
export function createPm2Manager(home: Pm2Home, name: string, prefix: string): Manager {
  const own = <T extends { readonly record: Pm2Record }>(all: readonly T[], label?: string) =>
    labelled(all.filter(({ record }) => record.name === name)).filter(
      (one) => label === undefined || one.label === label,
    )
  const remembered = (label?: string) =>
    own(
      home.latest().map((record) => ({ record })),
      label,
    )

  /** Its processes, for their files: those are still there when the daemon is not. */
  const logging = async (signal: AbortSignal): Promise<readonly Pm2Record[]> => {
    const all = await home.read(signal).then(own, () => remembered())
    return all.map(({ record }) => record)
  }

  return {
    manager: 'pm2',
    restartSteps: (label) => {
      const chosen = remembered(label)
      if (remembered().length < 2 || chosen.length === 0) return [`${prefix}pm2 restart ${name}`]
      return chosen.map((one) => `${prefix}pm2 restart ${one.record.id} (${name} ${one.label})`)
    },
    status: async (signal) => {
      const all = own(await home.read(signal))
      return all.length === 0 ? [missing] : all.map((one) => judge(one.label, one))
    },
    restart: async (signal, label) => {
      const chosen = own(await home.read(signal), label)
      if (chosen.length === 0)
        throw new OperatorError(
          `PM2 for ${home.path} on ${home.host} has no process ${name}${label ? ` ${label}` : ''}`,
          'Start it once with `pm2 start`, then `pm2 save`.',
        )
      for (const { record } of chosen) {
        signal.throwIfAborted()
        await restartOne(home, record, signal)
      }
    },
    logs: async (lines, signal, errors = false) => logsOf(await logging(signal), lines, errors),
    logFiles: async (signal) => filesOf(await logging(signal), false),
    watch: (changed) => home.watch((about) => (about === null || about.name === name) && changed()),
  }
}
