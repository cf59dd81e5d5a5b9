import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRestic } from '../../../src/backup/restic/restic.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import type { Row } from '../figures.ts'
import { place } from '../support/children.ts'

const fileSize = 2 ** 26

/** Files that nothing can make smaller. */
function plant(root: string, files: number): string {
  const path = join(root, 'source')
  mkdirSync(path)
  const bytes = Buffer.alloc(fileSize)
  for (let file = 0; file < files; file += 1)
    writeFileSync(join(path, String(file)), randomFillSync(bytes))
  return path
}

/** Milliseconds of what is done to a repository that was just made; nothing of an earlier run is left. */
async function timed(root: string, work: (url: string, cache: string) => unknown): Promise<number> {
  const [url, cache] = [join(root, 'repository'), join(root, 'cache')]
  execFileSync('restic', ['--cache-dir', cache, 'init'], { env: environment(url), stdio: 'ignore' })
  execFileSync('sync')
  const from = performance.now()
  await work(url, cache)
  const took = performance.now() - from
  for (const path of [url, cache]) rmSync(path, { recursive: true, force: true })
  return took
}

const environment = (url: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  RESTIC_REPOSITORY: url,
  RESTIC_PASSWORD: 'bench',
})

const alone = (source: string) => (url: string, cache: string) =>
  execFileSync('restic', ['--cache-dir', cache, 'backup', '--quiet', source], {
    env: environment(url),
  })

const throughUs = (source: string) => (url: string, cache: string) => {
  const repository = { name: 'bench', url, password: 'bench', env: {}, cache }
  const host = createLocalHost('main', { clock: systemClock })
  const { signal } = new AbortController()
  const tool = { host, signal, say: () => {} }
  return createRestic(repository, tool).backup([source], { onProgress: () => {} })
}

/** A backup by the driver, with its progress read and its snapshot looked up, beside restic alone. */
export const upload: Row = {
  name: 'upload',
  async measure({ quick }) {
    const root = place()
    const files = quick ? 4 : 16
    const source = plant(root, files)
    const rate = (ms: number): number => (files * fileSize) / 1e6 / (ms / 1000)
    const pairs: (readonly [number, number])[] = []
    for (let pair = 0; pair < (quick ? 1 : 7); pair += 1) {
      const first = await timed(root, alone(source))
      pairs.push([await timed(root, throughUs(source)), first])
    }
    return [
      {
        what: `restic through the driver, ${(files * fileSize) / 2 ** 20} MiB of random bytes`,
        unit: 'MB a second',
        ours: pairs.map(([ours]) => rate(ours)),
        floors: [{ name: 'restic backup alone', values: pairs.map(([, floor]) => rate(floor)) }],
        target: { atLeast: 0.9, timesFloor: true },
      },
    ]
  },
}
