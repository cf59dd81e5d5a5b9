import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { ProbeContext } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import type { FileFacts } from '../src/contract/host.ts'
import { bytes, count, duration, flag } from '../src/contract/metric.ts'
import type { Evidence, Reading } from '../src/contract/reading.ts'
import { formatDuration, formatSize } from '../src/contract/units.ts'
import { measured } from '../src/probe/measure.ts'
import { withLines } from '../src/probe/top.ts'

type Metrics = 'size' | 'files' | 'newest' | 'oldest' | 'missing'

/** A walk of a host ends there: what is behind it was not seen. */
const walkLimit = 100_000
const shown = 5

const isGlob = (path: string): boolean => /[*?[{]/.test(path)

const params = z.strictObject({
  path: z
    .string()
    .regex(/^(?:\/|~\/)/, 'expected an absolute path, or one below ~/')
    .describe('absolute, or below `~`: a directory with all that is in it, or a glob'),
})

/** Everything that is no directory, in what the path stands for; null where a plain path is not there. */
async function contentOf(path: string, { host, signal }: ProbeContext) {
  const found = await host.files.glob(path)
  if (!Array.isArray(found)) throw new OperatorError(`${path} could not be read on ${host.name}`)
  if (found.length === 0 && !isGlob(path)) return null
  const files = new Map<string, FileFacts>()
  for (const one of found) {
    signal.throwIfAborted()
    const facts = await host.files.look(one)
    if (facts === null) continue
    const all = facts.kind === 'directory' ? await host.files.walk(one) : [facts]
    if (all.length >= walkLimit)
      throw new OperatorError(
        `${one} on ${host.name} holds more files than can be counted`,
        'Name smaller parts of it.',
      )
    for (const file of all.filter(({ kind }) => kind !== 'directory')) files.set(file.path, file)
  }
  return [...files.values()]
}

const sawOf = (files: readonly FileFacts[], size: number, newest: number | null): string =>
  [
    `${formatSize(size)} in ${files.length} file${files.length === 1 ? '' : 's'}`,
    ...(newest === null ? [] : [`newest ${formatDuration(newest)} old`]),
  ].join(', ')

function read(path: string, files: readonly FileFacts[], now: number): Reading<Metrics> {
  const what = `the files of ${path}`
  const size = files.reduce((sum, file) => sum + measured(file.size, what), 0)
  const times = files.map(({ modified }) => measured(modified, what))
  // A clock that was set back makes files of the future: they are as new as can be.
  const age = (at: number): number | null => (files.length === 0 ? null : Math.max(0, now - at))
  const newest = age(times.reduce((a, b) => Math.max(a, b), -Infinity))
  const oldest = age(times.reduce((a, b) => Math.min(a, b), Infinity))
  return {
    subject: '',
    metrics: { size, files: files.length, newest, oldest, missing: false },
    saw: sawOf(files, size, newest),
  }
}

async function largest(path: string, context: ProbeContext): Promise<Evidence> {
  const files = (await contentOf(path, context)) ?? []
  return {
    title: 'Largest files',
    lines: files
      .toSorted((a, b) => b.size - a.size)
      .slice(0, shown)
      .map((file) => `${formatSize(file.size).padStart(8)}  ${file.path}`),
  }
}

const file = (name: string, size: number, modified: number): FileFacts => ({
  path: `/srv/backups/${name}`,
  kind: 'file',
  size,
  frees: size,
  inode: '1',
  modified,
  device: 1,
})

export default defineCheck({
  kind: 'directory',
  summary: 'Size, number and age of the files in a directory, or of those that a glob matches.',
  params,
  metrics: {
    size: bytes('size of all files together'),
    files: count('files, links and sockets'),
    newest: duration('time since the newest file was changed'),
    oldest: duration('time since the oldest file was changed'),
    missing: flag('there is no such directory'),
  },
  defaults: {},
  conditions: ['missing'],
  advice: 'See what fills it, or what has stopped writing there, and put that right.',
  probe: async ({ path }, context) => {
    const files = await contentOf(path, context)
    if (files !== null) return [read(path, files, context.now)]
    return [{ subject: '', metrics: { missing: true }, saw: `there is no ${path}`.slice(0, 200) }]
  },
  evidence: async ({ path }, _, context) => withLines(await largest(path, context)),
  examples: [
    {
      title: 'Backups, of which the last one is too old',
      params: { path: '/srv/backups' },
      facts: {
        glob: ['/srv/backups'],
        look: { ...file('', 4096, 0), path: '/srv/backups', kind: 'directory' },
        walk: [
          file('monday.tar', 3 * 2 ** 20, 1_800_000_000_000 - 50 * 3_600_000),
          file('tuesday.tar', 2 ** 20, 1_800_000_000_000 - 26 * 3_600_000),
        ],
      },
      readings: [
        {
          subject: '',
          metrics: {
            size: 4 * 2 ** 20,
            files: 2,
            newest: 26 * 3_600_000,
            oldest: 50 * 3_600_000,
            missing: false,
          },
          saw: '4 MiB in 2 files, newest 1d 2h old',
        },
      ],
    },
    {
      title: 'A queue in which nothing waits',
      params: { path: '/var/spool/orders/*.json' },
      facts: { glob: [] },
      readings: [
        {
          subject: '',
          metrics: { size: 0, files: 0, newest: null, oldest: null, missing: false },
          saw: '0 B in 0 files',
        },
      ],
    },
  ],
})
