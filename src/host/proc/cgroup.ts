import type { CpuTimes, MemoryFacts } from '../../contract/host.ts'

/**
 * Limits of the control group at the root of what can be seen. The machine's own root has none of
 * these files, so they tell of a container (kernel docs, admin-guide/cgroup-v2: "exists on non-root
 * cgroups"). The group of the bot's own service is below and is not meant here.
 */
export interface MemoryGroup {
  readonly max: string
  readonly current: string
  readonly stat: string
  readonly swapMax: string
  readonly swapCurrent: string
}

/** The text of a single-value file: `max` and nonsense are no limit. */
const limit = (text: string): number => (/^\d+\s*$/.test(text) ? Number(text) : Infinity)

const field = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)

/**
 * The machine's memory, or the container's where that is less. What can be had again in a container
 * is its limit less its working set: usage without inactive file pages, as the kubelet counts it.
 */
export function limitMemory(machine: MemoryFacts, group: MemoryGroup): MemoryFacts {
  const max = limit(group.max)
  const current = limit(group.current)
  if (max >= machine.total || max === 0 || current === Infinity) return machine
  const working = Math.max(current - field(group.stat, 'inactive_file'), 0)
  const swapTotal = Math.min(machine.swapTotal, limit(group.swapMax))
  const swapUsed = limit(group.swapCurrent)
  return {
    total: max,
    available: Math.min(Math.max(max - working, 0), machine.available),
    swapTotal,
    swapFree: Math.min(
      Math.max(swapTotal - (swapUsed === Infinity ? 0 : swapUsed), 0),
      machine.swapFree,
    ),
  }
}

/** Cores that `cpu.max` ("QUOTA PERIOD", microseconds) allows; Infinity without a limit. */
export function parseCpuMax(text: string): number {
  const [, quota, period] = /^(\d+) (\d+)\s*$/.exec(text) ?? []
  return quota === undefined || !Number(period) ? Infinity : Number(quota) / Number(period)
}

/** Microseconds of CPU that the group has used, from its `cpu.stat`; null where it does not say. */
export function parseCpuUsage(text: string): number | null {
  const used = /^usage_usec (\d+)$/m.exec(text)?.[1]
  return used === undefined ? null : Number(used)
}

/**
 * The machine's CPU times, or the container's where it may use fewer cores: busy is what the group
 * used, the total what it might have used since `uptime` (seconds) began. Only differences count.
 */
export function limitCpu(
  machine: CpuTimes,
  group: { readonly max: string; readonly stat: string },
  uptime: number,
): CpuTimes {
  const cores = parseCpuMax(group.max)
  const used = parseCpuUsage(group.stat)
  if (cores >= machine.cores || used === null) return machine
  return { busy: used / 10_000, total: uptime * 100 * cores, cores }
}
