import { realpath, statfs } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, uptime } from 'node:os'
import { OperatorError } from '../contract/error.ts'
import type { CpuTimes, DiskFacts, LoadFacts, ProcessFacts } from '../contract/host.ts'
import type { Clock } from '../contract/clock.ts'
import type { Guard } from './guard.ts'
import type { Facts } from './linux.ts'
import { mountOf } from './proc/mountinfo.ts'

/** The parts of systeminformation's answers that are used here. */
export interface Information {
  mem(): Promise<{ total: number; available: number; swaptotal: number; swapfree: number }>
  fsSize(): Promise<readonly Volume[]>
  processes(): Promise<{ list: readonly Listed[] }>
}
interface Volume {
  readonly fs: string
  readonly mount: string
  readonly type: string
  readonly rw: boolean | null
}
interface Listed {
  readonly pid: number
  readonly parentPid: number
  readonly name: string
  readonly command: string
  readonly params: string
  readonly state: string
  /** KiB. */
  readonly memRss: number
  readonly started: string
}

const cpuTimes = (): CpuTimes => {
  const all = cpus().map(({ times }) => times)
  const busy = all.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0)
  const idle = all.reduce((sum, times) => sum + times.idle, 0)
  // Node counts in milliseconds, facts in hundredths of a second.
  return { busy: busy / 10, total: (busy + idle) / 10, cores: Math.max(all.length, 1) }
}

const load = (): LoadFacts => {
  const [one = 0, five = 0, fifteen = 0] = loadavg()
  return { one, five, fifteen, cores: availableParallelism() }
}

const isReal = ({ fs, mount, rw }: Volume): boolean =>
  mount === '/' || (fs.startsWith('/dev/') && rw !== false && !mount.startsWith('/System/Volumes/'))

async function diskFacts(path: string, { mount, fs }: Volume): Promise<DiskFacts> {
  const space = await statfs(path)
  const unit = space.frsize || space.bsize
  return {
    mount,
    device: fs,
    total: space.blocks * unit,
    free: space.bfree * unit,
    available: Math.max(space.bavail, 0) * unit,
    inodes: space.files,
    inodesFree: Math.min(space.ffree, space.files),
    readOnly: false,
  }
}

const states: Readonly<Record<string, string>> = { running: 'R', zombie: 'Z', blocked: 'D' }

/** Neither the user's number nor the CPU time is told: they are -1 and NaN. */
const processFacts = (listed: Listed): ProcessFacts => ({
  pid: listed.pid,
  parent: listed.parentPid,
  name: listed.name,
  command: `${listed.command} ${listed.params}`.trim(),
  user: -1,
  state: states[listed.state] ?? 'S',
  memory: listed.memRss * 1024,
  swap: 0,
  cpu: NaN,
  started: Date.parse(listed.started) || 0,
})

/**
 * Facts of machines that are not Linux, by systeminformation. Deleted files and kills for want of
 * memory cannot be found there.
 */
export function createPortableFacts(
  guard: Guard,
  clock: Clock,
  si: () => Promise<Information> = () => import('systeminformation'),
): Facts {
  return {
    cpu: () => Promise.resolve(cpuTimes()),
    memory: async () => {
      const memory = await (await si()).mem()
      const { total, available, swaptotal, swapfree } = memory
      return { total, available, swapTotal: swaptotal, swapFree: swapfree }
    },
    load: () => Promise.resolve(load()),
    disk: (path) =>
      guard(path, async () => {
        const real = await realpath(path)
        const volumes = await (await si()).fsSize()
        const volume = mountOf(
          volumes.map((one) => ({ ...one, path: one.mount })),
          real,
        )
        if (volume === undefined) throw new OperatorError(`${path} is on no mount that can be seen`)
        return diskFacts(real, volume)
      }),
    mounts: async () => {
      const volumes = await (await si()).fsSize()
      return Promise.all(
        volumes
          .filter(isReal)
          .map((volume) => guard(volume.mount, () => diskFacts(volume.mount, volume))),
      )
    },
    processes: async () => (await (await si()).processes()).list.map(processFacts),
    openDeleted: () => Promise.resolve([]),
    oomKills: () => Promise.resolve([]),
    booted: () => Promise.resolve(Math.round(clock.now() - uptime() * 1000)),
  }
}
