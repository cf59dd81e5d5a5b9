import type { ProcessFacts } from '../../contract/host.ts'

/** Jiffies a second as user space sees them: 100 wherever Node runs (time(7), USER_HZ). */
const jiffiesPerSecond = 100

export interface Stat {
  readonly name: string
  readonly state: string
  readonly parent: number
  /** CPU milliseconds. */
  readonly cpu: number
  /** Milliseconds after boot. */
  readonly started: number
}

/** `/proc/PID/stat` (proc_pid_stat(5)); null when it is not one. The name may contain brackets. */
export function parseStat(text: string): Stat | null {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  const fields = text.slice(close + 2).split(' ')
  const at = (index: number): number => Number(fields[index])
  const [state = ''] = fields
  const numbers = { parent: at(1), user: at(11), system: at(12), started: at(19) }
  if (!/^[A-Za-z]$/.test(state) || !Object.values(numbers).every(Number.isFinite)) return null
  return {
    name: text.slice(open + 1, close),
    state,
    parent: numbers.parent,
    cpu: ((numbers.user + numbers.system) * 1000) / jiffiesPerSecond,
    started: (numbers.started * 1000) / jiffiesPerSecond,
  }
}

export interface Status {
  readonly user: number
  /** Bytes; 0 for kernel threads and the dead. */
  readonly memory: number
  readonly swap: number
}

/** `/proc/PID/status` (proc_pid_status(5)): the effective user and what it holds in memory. */
export function parseStatus(text: string): Status | null {
  const user = /^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1]
  if (user === undefined) return null
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024
  return { user: Number(user), memory: bytes('VmRSS'), swap: bytes('VmSwap') }
}

/** The longest command line that is kept; browsers write far longer ones. */
const commandLimit = 4096

/** `/proc/PID/cmdline`: arguments end in NUL; a process may have written anything over them. */
export function parseCmdline(text: string, name: string): string {
  const command = text
    .slice(0, commandLimit)
    .replace(/\0+$/, '')
    // Control characters would break the lines of what is shown.
    // oxlint-disable-next-line no-control-regex
    .replace(/[\0-\x1f\x7f]+/g, ' ')
    .trim()
  return command === '' ? `[${name}]` : command
}

/** Puts the three files of one process together; null when it was gone before they were read. */
export function processFacts(
  pid: number,
  booted: number,
  files: { readonly stat: string; readonly status: string; readonly cmdline: string },
): ProcessFacts | null {
  const stat = parseStat(files.stat)
  const status = parseStatus(files.status)
  if (stat === null || status === null) return null
  const { name, state, parent, cpu, started } = stat
  return {
    pid,
    parent,
    name,
    command: parseCmdline(files.cmdline, name),
    user: status.user,
    state,
    memory: status.memory,
    swap: status.swap,
    cpu,
    started: booted + started,
  }
}
