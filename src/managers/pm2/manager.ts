import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../contract/clock.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Instance, Manager } from '../../contract/service.ts'
import { merge, tail, type Tail } from '../tail.ts'
import type { Pm2Home } from './home.ts'
import { judge } from './judge.ts'
import { createOrders } from './orders.ts'
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

export interface Pm2Service {
  readonly name: string
  /** Goes before a shown command where the home is not the usual one. */
  readonly prefix: string
  /** The directory under which its releases lie, where it is deployed by us. */
  readonly deployed?: string
}

/**
 * PM2 resolves a link in its `cwd` at each start, but whoever starts an app inside of `current` has it
 * bound to the release that this was: a reload would start the same code again.
 *
 * @throws OperatorError for such a one
 */
async function demandFree(
  home: Pm2Home,
  { name, deployed }: Pm2Service,
  records: readonly Pm2Record[],
): Promise<void> {
  if (deployed === undefined) return
  const real = await realpath(deployed).catch(() => deployed)
  const bound = [deployed, real].map((path) => join(path, 'releases', '/'))
  const found = records.find(({ cwd }) => bound.some((path) => cwd?.startsWith(path)))
  if (!found) return
  throw new OperatorError(
    `PM2 on ${home.host} runs ${name} in ${found.cwd}, whatever current points to`,
    `Delete it there and start it again with \`cwd: ${join(deployed, 'current')}\` in an ecosystem file.`,
  )
}

/** A service that PM2 runs. */
export function createPm2Manager(home: Pm2Home, service: Pm2Service, clock: Clock): Manager {
  const { name, prefix } = service
  const orders = createOrders(home, clock)
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

  /** @throws OperatorError where PM2 does not know it */
  const chosen = async (signal: AbortSignal, label?: string): Promise<readonly Pm2Record[]> => {
    const all = own(await home.read(signal), label).map(({ record }) => record)
    if (all.length > 0) return all
    throw new OperatorError(
      `PM2 for ${home.path} on ${home.host} has no process ${name}${label ? ` ${label}` : ''}`,
      'Start it once with `pm2 start`, then `pm2 save`.',
    )
  }
  const free = async (signal: AbortSignal): Promise<readonly Pm2Record[]> => {
    const records = await chosen(signal)
    await demandFree(home, service, records)
    return records
  }
  /** One after another, so that the others go on serving when one does not come back. */
  const inTurn = async (
    records: readonly Pm2Record[],
    order: (record: Pm2Record, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> => {
    for (const record of records) {
      signal.throwIfAborted()
      await order(record, signal)
    }
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
    restart: async (signal, label) => inTurn(await chosen(signal, label), orders.restart, signal),
    reload: async (signal) => inTurn(await free(signal), orders.reload, signal),
    reloading: async (signal) => ({ gap: orders.gap(await free(signal)) }),
    start: async (signal) => inTurn(await chosen(signal), orders.start, signal),
    stop: async (signal) => {
      const records = await chosen(signal)
      const ends = await Promise.allSettled(records.map((record) => orders.stop(record, signal)))
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    },
    logs: async (lines, signal, errors = false) => logsOf(await logging(signal), lines, errors),
    logFiles: async (signal) => filesOf(await logging(signal), false),
    watch: (changed) => home.watch((about) => (about === null || about.name === name) && changed()),
  }
}
