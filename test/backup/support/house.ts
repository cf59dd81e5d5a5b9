import { execFileSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import type { Clock } from '../../../src/contract/clock.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { type Bot, people, startBot } from '../../support/bot.ts'
import { type RepositoryKind, startRepository } from '../../support/repositories.ts'
import { scratch } from '../../support/tool.ts'
import { transcript } from './chat.ts'

/** What a backup says beside its name and its repository, in YAML of one line. */
export type BackupLines = Readonly<Record<string, string>>

export interface House {
  readonly bot: Bot
  /** Where the repository's files lie. */
  readonly directory: string
  /** Other backups, or other lines of them, are in force from then on. */
  reconfigure(backups: Readonly<Record<string, BackupLines>>): Promise<void>
  /** The ids of all snapshots, oldest first, whatever the bot says of them. */
  snapshots(): readonly string[]
}

export interface HouseOptions {
  readonly kind?: RepositoryKind
  readonly backups: Readonly<Record<string, BackupLines>>
  /** Where the repository's files are to lie. */
  readonly root?: string
  readonly clock?: Clock
}

const calm = `${people}timezone: UTC
notify: { quiet_hours: off, heartbeat: { schedule: "0 0 1 1 *", send: never } }
`

const lines = (all: BackupLines): string =>
  Object.entries(all)
    .map(([key, value]) => `    ${key}: ${value}\n`)
    .join('')

/** The whole bot, and backups of it into one repository of a kind. All of it ends with the test. */
export async function openHouse({
  kind = 'directory',
  backups,
  root = scratch(),
  clock = systemClock,
}: HouseOptions): Promise<House> {
  const place = await startRepository(kind, root)
  onTestFinished(() => place.stop())
  const { url, password, env, directory } = place
  const usual = {
    repository: JSON.stringify(url),
    password: JSON.stringify(password),
    env: JSON.stringify(env),
  }
  const configOf = (all: HouseOptions['backups']): string =>
    `${calm}backups:\n${Object.entries(all)
      .map(([name, own]) => `  ${name}:\n${lines({ ...usual, ...own })}`)
      .join('')}`
  const bot = await startBot({ config: configOf(backups) }, clock)
  onTestFinished(async () => {
    if (process.env['ACCEPTANCE_SHOW'] !== undefined) console.log(transcript(bot))
    await bot[Symbol.asyncDispose]()
  })
  const restic = (...args: readonly string[]): string =>
    execFileSync('restic', args, {
      encoding: 'utf8',
      env: { ...process.env, RESTIC_REPOSITORY: url, RESTIC_PASSWORD: password, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  return {
    bot,
    directory,
    async reconfigure(all) {
      bot.write(configOf(all))
      await bot.running.reload()
    },
    snapshots() {
      const all = JSON.parse(restic('snapshots', '--json', '--no-lock')) as { short_id: string }[]
      return all.map((one) => one.short_id)
    },
  }
}
