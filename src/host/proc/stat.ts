import type { CpuTimes } from '../../contract/host.ts'
import { garbled } from './garbled.ts'

/**
 * The first lines of `/proc/stat` (proc_stat(5)), in jiffies. Waiting for disks counts as idle, time
 * taken by the hypervisor as busy; guest time is already part of user time.
 */
export function parseCpu(text: string): CpuTimes {
  const line = /^cpu +(\d[\d ]*)$/m.exec(text)?.[1]
  const fields = line?.trim().split(/ +/).map(Number) ?? []
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields
  if (user === undefined || nice === undefined || system === undefined || idle === undefined) {
    throw garbled('/proc/stat', 'its line "cpu"')
  }
  const busy = user + nice + system + irq + softirq + steal
  const cores = text.match(/^cpu\d+ /gm)?.length ?? 0
  return { busy, total: busy + idle + iowait, cores: Math.max(cores, 1), iowait, steal }
}

/** Epoch milliseconds of the last boot, from `/proc/stat`. */
export function parseBoot(text: string): number {
  const seconds = /^btime (\d+)$/m.exec(text)?.[1]
  if (seconds === undefined) throw garbled('/proc/stat', 'its line "btime"')
  return Number(seconds) * 1000
}
