import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { formatIssue } from '../../config/issue.ts'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { draft, noteRotation } from './draft.ts'
import type { Wishes } from './draft.ts'
import { mergeEnv } from './env-file.ts'
import type { Variables } from './env-file.ts'
import { readText, writeWhole } from './files.ts'
import type { Machine } from './machine.ts'
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

/** The config of a text, by the same rules as at the bot's start. @throws OperatorError with every fault */
function checked(outside: InitOutside, file: string, text: string, values: Variables): Config {
  const { clock, env, home, kinds, languages, machineZone } = outside
  const loaded = loadConfig({
    file,
    text,
    now: clock.now(),
    env: { ...env, ...values },
    kinds,
    home,
    languages,
    machineZone,
  })
  if ('config' in loaded) return loaded.config
  throw new OperatorError(
    loaded.issues.map(formatIssue).join('\n  '),
    'Mend it, then run init again; `npm run -s mechanic -- config check` says when it is right.',
  )
}

/** Asks before a config that is there already is replaced. */
async function mayReplace(
  { questions }: InitOutside,
  name: string,
  backup: string,
): Promise<boolean> {
  return questions.confirm(
    `${name} is there already. Replace it by what was found now (the old one becomes ${backup})?`,
    false,
  )
}

const baseOf = (file: string): string => file.slice(dirname(file).length + 1)

/** A name that nothing has. */
function freeName(file: string, number = 1): string {
  const name = number === 1 ? `${file}.bak` : `${file}.${number}.bak`
  return existsSync(name) ? freeName(file, number + 1) : name
}

/**
 * Writes the config, or notes the token's age in the one that is to be kept. Nothing is put in place
 * that the bot would refuse.
 */
export async function writeConfig(
  outside: InitOutside,
  machine: Machine,
  wishes: Wishes,
  { values, fresh }: { readonly values: Variables; readonly fresh: boolean },
): Promise<Config> {
  const { directory, env, kinds, questions } = outside
  const file = resolve(directory, env['MECHANIC_CONFIG'] || 'mechanic.yaml')
  const name = baseOf(file)
  const before = readText(file)
  const backup = freeName(file)
  const text = draft(machine, wishes, kinds)
  if (before !== null && before !== text && !(await mayReplace(outside, name, baseOf(backup))))
    return keep(outside, { file, name, before, values }, fresh ? wishes.rotated : null)
  const config = checked(outside, file, text, values)
  if (before === text) questions.say(`  ${name}: as it was`)
  else {
    if (before !== null) writeWhole(backup, before, 0o600)
    writeWhole(file, text, 0o600)
    questions.say(`  ${name}: written, and passes config check`)
  }
  return config
}

interface Kept {
  readonly file: string
  readonly name: string
  readonly before: string
  readonly values: Variables
}

/** Leaves a config as it is, but for the age of a token that was changed. */
function keep(
  outside: InitOutside,
  { file, name, before, values }: Kept,
  rotated: string | null,
): Config {
  const { questions } = outside
  const noted = rotated === null ? before : noteRotation(before, rotated)
  if (noted === null)
    questions.say(`  ${name}: note yourself, under secrets: BOT_TOKEN: { rotated: ${rotated} }`)
  const config = checked(outside, file, noted ?? before, values)
  if (noted !== null && noted !== before) {
    writeWhole(file, noted, statSync(file).mode & 0o777)
    questions.say(`  ${name}: kept; the age of the new token is noted in it`)
  } else questions.say(`  ${name}: kept as it is`)
  return config
}
