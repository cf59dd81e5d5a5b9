import type { MemoryFacts } from '../../contract/host.ts'
import { garbled } from './garbled.ts'

/**
 * `/proc/meminfo` (proc_meminfo(5)) in bytes. Kernels before 3.14 have no estimate of what is
 * available; there it is what is free, cached and reclaimable.
 */
export function parseMeminfo(text: string): MemoryFacts {
  const of = (name: string): number | undefined => {
    const kibibytes = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
  }
  const total = of('MemTotal')
  const free = of('MemFree')
  if (total === undefined || total === 0) throw garbled('/proc/meminfo', 'MemTotal')
  if (free === undefined) throw garbled('/proc/meminfo', 'MemFree')
  const guess = free + (of('Buffers') ?? 0) + (of('Cached') ?? 0) + (of('SReclaimable') ?? 0)
  return {
    total,
    available: Math.min(of('MemAvailable') ?? guess, total),
    swapTotal: of('SwapTotal') ?? 0,
    swapFree: Math.min(of('SwapFree') ?? 0, of('SwapTotal') ?? 0),
  }
}
