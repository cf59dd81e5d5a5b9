import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Line } from '../figures.ts'

const fileSize = 2 ** 26

export interface Source {
  readonly path: string
  /** Millions of bytes a second, of all of it in so many milliseconds. */
  readonly rate: (ms: number) => number
  readonly mebibytes: number
}

/** Files of 64 MiB that nothing can make smaller. */
export function plantSource(root: string, files: number): Source {
  const path = join(root, 'source')
  mkdirSync(path)
  const bytes = Buffer.alloc(fileSize)
  for (let file = 0; file < files; file += 1)
    writeFileSync(join(path, String(file)), randomFillSync(bytes))
  const size = files * fileSize
  return { path, rate: (ms) => size / 1e6 / (ms / 1000), mebibytes: size / 2 ** 20 }
}

/** A repository that was just made, and a cache with nothing of an earlier run in it. */
export interface Fresh {
  readonly url: string
  readonly cache: string
  readonly password: string
}

const environment = ({ url, password }: Fresh): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  RESTIC_REPOSITORY: url,
  RESTIC_PASSWORD: password,
})

export function makeRepository(fresh: Fresh): void {
  const options = { env: environment(fresh), stdio: 'ignore' } as const
  execFileSync('restic', ['--cache-dir', fresh.cache, 'init'], options)
}

/** Milliseconds of some work; what was written before lies on the disk by then. */
export async function timed(work: () => unknown): Promise<number> {
  execFileSync('sync')
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** The same of what is done to a repository of its own. */
export async function timedAt(root: string, work: (fresh: Fresh) => unknown): Promise<number> {
  const [url, cache] = [join(root, 'repository'), join(root, 'cache')]
  const fresh = { url, cache, password: 'bench' }
  makeRepository(fresh)
  const took = await timed(() => work(fresh))
  for (const path of [url, cache]) rmSync(path, { recursive: true, force: true })
  return took
}

/** What an operator would type. */
export const resticAlone =
  ({ path }: Source) =>
  (fresh: Fresh): unknown =>
    execFileSync('restic', ['--cache-dir', fresh.cache, 'backup', '--quiet', path], {
      env: environment(fresh),
    })

/** A run through us and one of restic alone right before it, in millions of bytes a second. */
export interface Pair {
  readonly ours: number
  readonly alone: number
}

/** How fast, and how fast beside restic alone: a machine may be slower in one pair than in another. */
export const linesOf = (what: string, pairs: readonly Pair[]): readonly Line[] => [
  {
    what,
    unit: 'MB a second',
    ours: pairs.map(({ ours }) => ours),
    floors: [{ name: 'restic backup alone', values: pairs.map(({ alone }) => alone) }],
  },
  {
    what: `${what}, of each pair`,
    unit: 'times restic alone',
    ours: pairs.map(({ ours, alone }) => ours / alone),
    floors: [],
    target: { atLeast: 0.9 },
  },
]
