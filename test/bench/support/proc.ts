import { readFileSync } from 'node:fs'

/** What a process keeps in memory, MiB. */
export function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}

/** Clock ticks a second: the same on every Linux that Node runs on (proc(5), sysconf(_SC_CLK_TCK)). */
const ticks = 100

/** The CPU seconds that a process has used, its children not counted. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / ticks
}

export const pidOf = ({ pid }: { readonly pid?: number | undefined }): number => {
  if (pid === undefined) throw new Error('a process did not start')
  return pid
}
