import { onTestFinished } from 'vitest'
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
  readonly repository: string
  readonly password: string
  /** What restic needs to get there. */
  readonly env: Readonly<Record<string, string>>
  /** Puts another config in force, of other backups or another password. */
  configOf(backups: Readonly<Record<string, BackupLines>>): string
}

export interface HouseOptions {
  readonly kind?: RepositoryKind
  readonly backups: Readonly<Record<string, BackupLines>>
  /** Where the repository's files are to lie. */
  readonly root?: string
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
}: HouseOptions): Promise<House> {
  const place = await startRepository(kind, root)
  onTestFinished(() => place.stop())
  const { url, password, env, directory } = place
  const configOf: House['configOf'] = (all) =>
    `${calm}backups:\n${Object.entries(all)
      .map(([name, own]) => {
        const usual = {
          repository: JSON.stringify(url),
          password: JSON.stringify(password),
          env: JSON.stringify(env),
        }
        return `  ${name}:\n${lines({ ...usual, ...own })}`
      })
      .join('')}`
  const bot = await startBot({ config: configOf(backups) })
  onTestFinished(async () => {
    if (process.env['ACCEPTANCE_SHOW'] !== undefined) console.log(transcript(bot))
    await bot[Symbol.asyncDispose]()
  })
  return { bot, directory, repository: url, password, env, configOf }
}
