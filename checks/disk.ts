import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { ProbeContext } from '../src/contract/check.ts'
import type { DiskFacts } from '../src/contract/host.ts'
import { bytes, flag, percent } from '../src/contract/metric.ts'
import type { Evidence, Reading } from '../src/contract/reading.ts'
import { formatSize } from '../src/contract/units.ts'
import { measured, shareOf, showPercent } from '../src/probe/measure.ts'
import { withLines } from '../src/probe/top.ts'

type Metrics = 'used' | 'free' | 'inodes' | 'read_only'

/** How long directories are counted for evidence, in milliseconds. */
const patience = 5000
const shown = 5
const mebibyte = 2 ** 20

/** As df(1) counts: of what ordinary users may fill, so that 100 % is when they cannot write. */
function read(disk: DiskFacts): Reading<Metrics> {
  const what = `the space on ${disk.mount}`
  const taken = measured(disk.total, what) - measured(disk.free, what)
  const free = measured(disk.available, what)
  const used = shareOf(taken, taken + free, what)
  const counted = measured(disk.inodes, what)
  const inodes = counted === 0 ? null : 100 - shareOf(disk.inodesFree, counted, what)
  const parts = [`${showPercent(used)} used`, `${formatSize(free)} free`]
  if (inodes !== null && inodes > used) parts.push(`${showPercent(inodes)} of inodes used`)
  if (disk.readOnly) parts.push('made read-only by the kernel')
  return {
    subject: disk.mount,
    metrics: { used, free, inodes, read_only: disk.readOnly },
    saw: parts.join(', '),
  }
}

/** Space that comes back only when the process that holds it is restarted. */
async function held(mount: string, { host }: ProbeContext): Promise<Evidence> {
  const files = (await host.openDeleted(mount)).filter(({ size }) => size >= mebibyte)
  return {
    title: 'Deleted, but still held open',
    lines: files
      .slice(0, shown)
      .map(
        ({ size, pid, name, path }) => `${formatSize(size).padStart(8)}  ${path} (${pid} ${name})`,
      ),
  }
}

/** The largest directories right below the mount, as far as they could be counted in some seconds. */
async function directories(mount: string, { host, signal }: ProbeContext): Promise<Evidence> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(patience)])
  const argv = ['du', '-x', '-k', '-d', '1', '--', mount] as const
  const { out, aborted } = await host.run(argv, { signal: bounded })
  const sizes = out.split('\n').flatMap((line) => {
    const [, kibibytes, path = ''] = /^(\d+)\t(.+)$/.exec(line) ?? []
    return kibibytes === undefined || path === mount
      ? []
      : [{ path, size: Number(kibibytes) * 1024 }]
  })
  return {
    title: aborted ? 'Largest directories of those counted in time' : 'Largest directories',
    lines: sizes
      .toSorted((a, b) => b.size - a.size)
      .slice(0, shown)
      .map(({ path, size }) => `${formatSize(size).padStart(8)}  ${path}`),
  }
}

export default defineCheck({
  kind: 'disk',
  summary: 'Space and inodes of one path, or of every real mount where no path is given.',
  params: z.strictObject({
    path: z
      .string()
      .startsWith('/', 'expected an absolute path')
      .optional()
      .describe('absolute path of anything on the file system; without it every real mount'),
  }),
  metrics: {
    used: percent('space used'),
    free: bytes('space free'),
    inodes: percent('inodes used'),
    read_only: flag('made read-only by the kernel'),
  },
  defaults: {
    warning: 'used > 85% or inodes > 85%',
    critical: 'used > 90% or inodes > 95% or read_only',
  },
  conditions: ['read_only'],
  advice: 'Delete or move what is not needed below { $subject }, or make the disk larger.',
  probe: async ({ path }, { host }) => {
    if (path !== undefined) return [read(await host.disk(path))]
    const mounts = await host.mounts()
    return mounts.map(read)
  },
  evidence: async (_, { subject }, context) =>
    withLines(await held(subject, context), await directories(subject, context)),
  examples: [
    {
      title: 'Every mount: a full one, and one without inodes',
      params: {},
      facts: {
        mounts: [
          {
            mount: '/',
            device: '/dev/vda1',
            total: 100 * 2 ** 30,
            free: 10 * 2 ** 30,
            available: 10 * 2 ** 30,
            inodes: 1000,
            inodesFree: 900,
            readOnly: false,
          },
          {
            mount: '/boot/efi',
            device: '/dev/vda15',
            total: 100 * 2 ** 20,
            free: 75 * 2 ** 20,
            available: 75 * 2 ** 20,
            inodes: 0,
            inodesFree: 0,
            readOnly: false,
          },
        ],
      },
      readings: [
        {
          subject: '/',
          metrics: { used: 90, free: 10 * 2 ** 30, inodes: 10, read_only: false },
          saw: '90% used, 10 GiB free',
        },
        {
          subject: '/boot/efi',
          metrics: { used: 25, free: 75 * 2 ** 20, inodes: null, read_only: false },
          saw: '25% used, 75 MiB free',
        },
      ],
    },
    {
      title: 'One path, on a file system that ran out of inodes and found errors',
      params: { path: '/var/lib/app' },
      facts: {
        disk: {
          mount: '/var',
          device: '/dev/vdb',
          total: 2 ** 30,
          free: 2 ** 29,
          available: 2 ** 29,
          inodes: 1000,
          inodesFree: 0,
          readOnly: true,
        },
      },
      readings: [
        {
          subject: '/var',
          metrics: { used: 50, free: 2 ** 29, inodes: 100, read_only: true },
          saw: '50% used, 512 MiB free, 100% of inodes used, made read-only by the kernel',
        },
      ],
    },
  ],
})
