import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { mergeEnv } from './env-file.ts'
import type { Variables } from './env-file.ts'
import { readText, writeWhole } from './files.ts'
import type { Operators } from './operator.ts'
import type { InitOutside } from './outside.ts'
import type { Bot } from './token.ts'
import { dateIn } from './wishes.ts'

/** What a shell may have said for this run, and a daemon would not know. */
const places = [
  'TELEGRAM_API_ROOT',
  'MECHANIC_CONFIG',
  'MECHANIC_HOME',
  'HTTP_LISTEN',
  'PM2_HOME',
] as const

/** The day on which the token was set: today, or when `.env` was last written. */
export function rotatedOn({ directory, clock }: InitOutside, bot: Bot, zone: string): string {
  const file = join(directory, '.env')
  const at = bot.fresh || !existsSync(file) ? clock.now() : statSync(file).mtimeMs
  return dateIn(zone, Math.min(at, clock.now()))
}

/** Writes token and operators into `.env`, readable by this user alone. @returns what belongs there */
export function writeEnv(outside: InitOutside, bot: Bot, { ids }: Operators): Variables {
  const { directory, env, questions } = outside
  const file = join(directory, '.env')
  const before = readText(file)
  const said = places.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  const values = {
    BOT_TOKEN: bot.token,
    ALLOWED_USERS: ids.join(','),
    ...Object.fromEntries(said),
  }
  const text = mergeEnv(before ?? readText(join(directory, '.env.example')) ?? '', values)
  const open = before !== null && (statSync(file).mode & 0o077) !== 0
  if (text === before && !open) questions.say('  .env: as it was')
  else {
    writeWhole(file, text, 0o600)
    questions.say(`  .env: ${before === null ? 'written' : 'brought up to date'}, mode 0600`)
  }
  mkdirSync(resolve(directory, env['MECHANIC_HOME'] || 'var'), { recursive: true, mode: 0o700 })
  return values
}
