import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import type { Stage } from './stage.ts'

/** What is on disk, what serves, and what the bot believes. */
export interface Truth {
  /** Name of the release that `current` points at; '' where there is none. */
  readonly current: string
  /** The version in it, and whether it was built to its end. */
  readonly version: string
  readonly built: boolean
  readonly served: string
  /** Directories of releases, and what lies in the scratch place. */
  readonly releases: readonly string[]
  readonly scratch: readonly string[]
  /** What the bot has written down. */
  readonly whole: readonly string[]
  readonly unsettled: readonly string[]
  readonly live: readonly string[]
  readonly openJobs: number
}

const list = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).toSorted() : []

function releasesIn(home: string) {
  const db = new Database(join(home, 'mechanic.db'), { readonly: true })
  try {
    const rows = db
      .prepare<[], { name: string; state: string; live: number | null }>(
        `SELECT name, state, live_since AS live FROM releases WHERE service = 'web' ORDER BY name`,
      )
      .all()
    const jobs = db
      .prepare<[], { n: number }>('SELECT count(*) AS n FROM jobs WHERE ended_at IS NULL')
      .get()
    const named = (fits: (row: (typeof rows)[number]) => boolean) =>
      rows.filter(fits).map(({ name }) => name)
    return {
      whole: named(({ state }) => state === 'whole'),
      unsettled: named(({ state }) => state === 'building'),
      live: named(({ live }) => live !== null),
      openJobs: jobs?.n ?? 0,
    }
  } finally {
    db.close()
  }
}

/** Milliseconds from the first step of the last job that did not work to the end of that job. */
export function undoneWithin({ home }: Stage): number {
  const db = new Database(join(home, 'mechanic.db'), { readonly: true })
  try {
    const row = db
      .prepare<[], { ms: number }>(
        `SELECT j.ended_at - min(s.ended_at) AS ms FROM jobs j JOIN job_steps s ON s.job = j.id
         WHERE j.id = (SELECT max(id) FROM jobs) AND s.ended != 'done'`,
      )
      .get()
    return row?.ms ?? Infinity
  } finally {
    db.close()
  }
}

const versionIn = (folder: string): string => {
  try {
    const release: unknown = JSON.parse(readFileSync(join(folder, 'release.json'), 'utf8'))
    return (release as { version: string }).version
  } catch {
    return ''
  }
}

/** How things stand. */
export async function truthOf({ home, path, served }: Stage): Promise<Truth> {
  const link = join(path, 'current')
  const folder = existsSync(link) ? realpathSync(link) : ''
  return {
    current: folder === '' ? '' : basename(folder),
    version: versionIn(folder),
    built:
      existsSync(join(folder, 'dist', 'built')) &&
      existsSync(join(folder, 'node_modules', 'greeting', 'index.js')),
    served: await served(),
    releases: list(join(path, 'releases')),
    scratch: list(join(path, 'scratch')),
    ...releasesIn(home),
  }
}

/** Everything about it that must never be so once no job is under way. Empty: all is well. */
export function wrongs(truth: Truth): readonly string[] {
  const { current, version, built, served, releases, scratch, whole, unsettled, live } = truth
  const found: string[] = []
  if (truth.openJobs > 0) found.push(`${truth.openJobs} jobs are under way`)
  if (!whole.includes(current)) found.push(`current is ${current}, which is no whole release`)
  if (!built) found.push(`${current} was not built to its end`)
  if (served !== `hello ${version}`) found.push(`${served} serves, current is ${version}`)
  if (live.join() !== current) found.push(`live is said to be ${live.join()}, it is ${current}`)
  if (scratch.length > 0) found.push(`scratch: ${scratch.join()}`)
  if (unsettled.length > 0) found.push(`half releases: ${unsettled.join()}`)
  const strays = releases.filter((name) => !whole.includes(name))
  if (strays.length > 0) found.push(`directories without a whole row: ${strays.join()}`)
  const ghosts = whole.filter((name) => !releases.includes(name))
  if (ghosts.length > 0) found.push(`rows without a directory: ${ghosts.join()}`)
  return found
}
