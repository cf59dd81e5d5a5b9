import type { LoadFacts } from '../../contract/host.ts'
import { garbled } from './garbled.ts'

/** `/proc/loadavg` (proc_loadavg(5)): runnable and blocked tasks, averaged over 1, 5 and 15 minutes. */
export function parseLoadavg(text: string): Omit<LoadFacts, 'cores'> {
  const found = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(text)
  if (!found) throw garbled('/proc/loadavg', 'the three averages')
  const [, one, five, fifteen] = found
  return { one: Number(one), five: Number(five), fifteen: Number(fifteen) }
}
