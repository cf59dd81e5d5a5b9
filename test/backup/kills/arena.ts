import Database from 'better-sqlite3'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/host/clock.ts'
import { createStandin, type Standin } from '../../../src/standin/standin.ts'
import { type BotProcess, startProcess } from '../../e2e/support/process.ts'
import { asha, environmentOf, people } from '../../support/bot.ts'
import type { Cluster } from '../../support/postgres.ts'
import { scratch } from '../../support/tool.ts'

/** `site`: files, with a service that is stopped meanwhile · `db`: a database of PostgreSQL. */
export type Name = 'site' | 'db'

/** How a job ended, as it was written down. */
interface Ended {
  readonly id: number
  readonly outcome: string
}

const password = 'correct horse'
/** The first line of a message about a run. */
const runs = /^(?:⏳ Backing up|✅ Backed up|⚠️ Backed up|❌ \S+ was not backed up)/

/** A bot with two backups that can be killed, and the world that it must leave in order. */
export async function createArena({ url, sql }: Cluster) {
  const root = scratch()
  const [home, data, service] = ['home', 'data', 'service'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  for (const path of [home, data, service]) mkdirSync(path)
  for (let n = 0; n < 12; n += 1) writeFileSync(join(data, `file-${n}`), randomBytes(2_000_000))
  const up = join(service, 'up')
  writeFileSync(up, '')
  await sql('CREATE DATABASE app')
  await sql(
    `CREATE TABLE rows AS SELECT n, repeat(md5(n::text), 20) AS words FROM generate_series(1, 60000) n`,
    'app',
  )
  const repository = (name: Name): string => join(root, `repository-${name}`)
  writeFileSync(
    join(home, 'mechanic.yaml'),
    `${people}timezone: UTC
notify: { quiet_hours: off, heartbeat: { schedule: "0 0 1 1 *", send: never } }
services:
  web: { manager: { command: { start: [touch, ${up}], stop: [rm, -f, ${up}], status: [test, -e, ${up}] } } }
backups:
  site: { source: { paths: ["${data}/*"], stop: web }, repository: ${repository('site')}, password: ${password}, keep: { last: 3 } }
  db: { source: { postgres: "${url('app')}" }, repository: ${repository('db')}, password: ${password}, keep: { last: 3 } }
`,
  )
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  standin.addUser({ id: asha, name: 'Asha' })
  const start = (): BotProcess =>
    startProcess({ ...environmentOf(home, standin), HTTP_LISTEN: 'off' })
  let bot = start()
  onTestFinished(async () => {
    await bot.kill()
    await standin.stop()
  })

  const read = (words: string, ...values: readonly unknown[]): readonly unknown[] => {
    const db = new Database(join(home, 'mechanic.db'), { readonly: true })
    try {
      return db.prepare(words).all(...values)
    } finally {
      db.close()
    }
  }
  const restic = (name: Name, ...words: string[]): string =>
    execFileSync('restic', ['-r', repository(name), '--no-cache', ...words], {
      env: { ...process.env, RESTIC_PASSWORD: password },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  return {
    standin,
    output: () => bot.output(),
    bot: () => bot.child.pid ?? 0,
    /** `kill -9` of the bot, and another start. */
    async restart(): Promise<void> {
      await bot.kill()
      bot = start()
      const { output, child } = bot
      await standin.waitForPoll(60_000).catch((error: unknown) => {
        const how = `${String(error)}; exit code ${child.exitCode}`
        throw new Error(`${how}; it said: ${output().slice(-3_000)}`)
      })
    },
    running: () => read('SELECT id FROM jobs WHERE ended_at IS NULL').length > 0,
    ended: () => read('SELECT id, outcome FROM jobs ORDER BY id') as readonly Ended[],
    /** What came of the tries of a job, in order. */
    verdicts: (job: number) =>
      read('SELECT verdict, snapshot FROM backup_runs WHERE job = ? ORDER BY id', job) as readonly {
        readonly verdict: string
        readonly snapshot: string | null
      }[],
    /** Pids of processes that a command line tells: ours. */
    pids: (pattern: RegExp): readonly number[] =>
      readdirSync('/proc')
        .filter((pid) => /^\d+$/.test(pid))
        .filter((pid) => {
          const path = `/proc/${pid}/cmdline`
          try {
            const line = readFileSync(path, 'utf8').replaceAll('\0', ' ')
            return line.includes(join(home, 'scratch')) && pattern.test(line)
          } catch {
            return false
          }
        })
        .map(Number),
    /** What is not as it must be once nothing runs. */
    faults(name: Name): readonly string[] {
      const found: string[] = []
      if (!existsSync(up)) found.push('the service is down')
      const scratch = join(home, 'scratch')
      const scratches = existsSync(scratch)
        ? readdirSync(scratch).filter((one) => one !== 'cache')
        : []
      if (scratches.length > 0) found.push(`left: ${scratches.join(', ')}`)
      if (!existsSync(join(repository(name), 'config'))) return found
      const locks = readdirSync(join(repository(name), 'locks'))
      if (locks.length > 0) found.push(`locks: ${locks.join(', ')}`)
      try {
        restic(name, 'check', '--no-lock')
      } catch (error) {
        found.push(`restic check: ${String(error)}`)
      }
      return found
    },
    snapshots: (name: Name): readonly string[] =>
      (JSON.parse(restic(name, 'snapshots', '--json', '--no-lock')) as { id: string }[]).map(
        ({ id }) => id,
      ),
    /** Orders a backup as a person does. */
    async order(name: Name): Promise<void> {
      standin.say(asha, `/backup ${name} now`)
      const label = `Back up ${name}`
      const question = await standin.waitFor(
        (message) =>
          message.byBot &&
          JSON.stringify(message.reply_markup ?? {}).includes(`"${label}"`) &&
          JSON.stringify(message.reply_markup ?? {}).includes('Cancel'),
        30_000,
      )
      standin.press(asha, question, label)
    },
    /** What the newest message about a run of a backup says. */
    told: (name: Name): string =>
      standin
        .messages(asha)
        .findLast(
          ({ byBot, text }) => byBot && runs.test(text) && text.split('\n')[0]?.includes(name),
        )?.text ?? '',
    /** Something is still to be said. */
    talks: () => read('SELECT id FROM outbox').length > 0,
  }
}

export type Arena = Awaited<ReturnType<typeof createArena>>

/** @throws Error naming what did not come true in time */
export async function until(what: string, is: () => boolean, within = 90_000): Promise<void> {
  for (const end = performance.now() + within; !is(); await sleep(25))
    if (performance.now() > end) throw new Error(`${what}: not within ${within} ms`)
}

export type { Standin }
