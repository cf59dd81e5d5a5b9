import { readFile, realpath, stat, statfs } from 'node:fs/promises'
import { OperatorError, messageOf } from '../contract/error.ts'
import type { CpuTimes, DiskFacts, Host, MemoryFacts } from '../contract/host.ts'
import type { Guard } from './guard.ts'
import { readKills } from './kills.ts'
import { limitCpu, limitMemory } from './proc/cgroup.ts'
import { parseLoadavg } from './proc/loadavg.ts'
import { parseMeminfo } from './proc/meminfo.ts'
import { mountOf, parseMountinfo, realMounts } from './proc/mountinfo.ts'
import type { Mount } from './proc/mountinfo.ts'
import { parseBoot, parseCpu } from './proc/stat.ts'
import { readOpenDeleted } from './deleted.ts'
import { readProcesses } from './processes.ts'

/** What a host tells about itself without being changed. */
export type Facts = Omit<Host, 'name' | 'local' | 'run' | 'files'>

export interface LinuxSettings {
  readonly guard: Guard
  readonly run: Host['run']
  /** Where `proc`, `sys` and `dev` are found: '' on a machine, a directory in tests. */
  readonly root: string
}

const group = '/sys/fs/cgroup'

/** The facts of `statfs` with what the mount table knows: df(1) counts the same way. */
async function diskFacts(path: string, mount: Mount): Promise<DiskFacts> {
  const space = await statfs(path)
  // Blocks are counted in fragments (statvfs(3)); not every file system tells their size.
  const unit = space.frsize || space.bsize
  return {
    mount: mount.path,
    device: mount.source,
    total: space.blocks * unit,
    free: space.bfree * unit,
    available: Math.max(space.bavail, 0) * unit,
    inodes: space.files,
    inodesFree: Math.min(space.ffree, space.files),
    readOnly: mount.frozen && !mount.readOnly,
  }
}

/** A container binds files such as /etc/hosts; those are no place to write to. */
const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Facts from `/proc`, `/sys` and statfs; nothing is spawned for them except a log reader. */
export function createLinuxFacts({ guard, run, root }: LinuxSettings): Facts {
  const read = (path: string): Promise<string> => readFile(root + path, 'utf8')
  const readGroup = (name: string): Promise<string> => read(`${group}/${name}`).catch(() => '')
  const mountTable = async (): Promise<readonly Mount[]> =>
    parseMountinfo(await read('/proc/self/mountinfo'))
  const booted = async (): Promise<number> => parseBoot(await read('/proc/stat'))

  const cpu = async (): Promise<CpuTimes> => {
    const machine = parseCpu(await read('/proc/stat'))
    const max = await readGroup('cpu.max')
    if (max === '') return machine
    const [usage, uptime] = await Promise.all([readGroup('cpu.stat'), read('/proc/uptime')])
    return limitCpu(machine, { max, stat: usage }, Number.parseFloat(uptime))
  }

  const memory = async (): Promise<MemoryFacts> => {
    const machine = parseMeminfo(await read('/proc/meminfo'))
    const max = await readGroup('memory.max')
    if (max === '') return machine
    const names = ['memory.current', 'memory.stat', 'memory.swap.max', 'memory.swap.current']
    const [current = '', usage = '', swapMax = '', swapCurrent = ''] = await Promise.all(
      names.map(readGroup),
    )
    return limitMemory(machine, { max, current, stat: usage, swapMax, swapCurrent })
  }

  const disk = (path: string): Promise<DiskFacts> =>
    guard(path, async () => {
      const real = await realpath(path).catch((thrown: unknown) => {
        throw new OperatorError(`cannot look at ${path}: ${messageOf(thrown)}`, undefined, thrown)
      })
      const mount = mountOf(await mountTable(), real)
      if (mount === undefined) throw new OperatorError(`${path} is on no mount that can be seen`)
      return diskFacts(real, mount)
    })

  const mounts = async (): Promise<readonly DiskFacts[]> => {
    const found: DiskFacts[] = []
    for (const mount of realMounts(await mountTable())) {
      const facts = await guard(mount.path, async () =>
        (await isDirectory(mount.path)) ? diskFacts(mount.path, mount) : null,
      )
      if (facts !== null && facts.total > 0) found.push(facts)
    }
    return found
  }

  return {
    cpu,
    memory,
    // The averages are the whole machine's, so the cores must be too, whatever a container may use.
    load: async () => ({
      ...parseLoadavg(await read('/proc/loadavg')),
      cores: parseCpu(await read('/proc/stat')).cores,
    }),
    disk,
    mounts,
    processes: async () => readProcesses(`${root}/proc`, await booted(), guard),
    openDeleted: (mount) => guard(mount, () => readOpenDeleted(`${root}/proc`, mount)),
    oomKills: async (since) =>
      readKills({ kmsg: `${root}/dev/kmsg`, run, since, booted: await booted() }),
    booted,
  }
}
