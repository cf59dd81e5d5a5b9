import { existsSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { formatIssue } from '../../config/issue.ts'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { noteRotation } from './draft.ts'
import type { Variables } from './env-file.ts'
import { readText, writeWhole } from './files.ts'
import type { InitOutside } from './outside.ts'

interface Named {
  readonly file: string
  /** Of the file alone. */
  readonly name: string
}

/** A config that is to stay, by its text. */
export interface Kept extends Named {
  readonly kept: string
}

/** Where a new config goes, and what becomes of one that is there. */
export interface Fresh extends Named {
  readonly old: { readonly text: string; readonly backup: string } | null
}

/** A name that nothing has. */
function freeName(file: string, number = 1): string {
  const name = number === 1 ? `${file}.bak` : `${file}.${number}.bak`
  return existsSync(name) ? freeName(file, number + 1) : name
}

/** Looks for a config, and asks what is to become of it. */
export async function placeOf({ directory, env, questions }: InitOutside): Promise<Kept | Fresh> {
  const file = resolve(directory, env['MECHANIC_CONFIG'] || 'mechanic.yaml')
  const name = basename(file)
  const text = readText(file)
  if (text === null) return { file, name, old: null }
  const backup = freeName(file)
  questions.say(`${name} is there already. A new one would have what was found now;`)
  questions.say(`the old one would become ${basename(backup)}.`)
  const replaces = await questions.confirm('Replace it?', false)
  return replaces ? { file, name, old: { text, backup } } : { file, name, kept: text }
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

/**
 * Puts a new config in place, the old one beside it.
 *
 * @throws OperatorError for one that the bot would refuse; nothing is written then
 */
export function putConfig(
  outside: InitOutside,
  { file, name, old }: Fresh,
  text: string,
  values: Variables,
): Config {
  const config = checked(outside, file, text, values)
  if (old) writeWhole(old.backup, old.text, 0o600)
  writeWhole(file, text, 0o600)
  outside.questions.say(`  ${name}: written, and passes config check`)
  return config
}

/**
 * Leaves a config as it is, but for the age of a token that was changed.
 *
 * @param rotated ISO date; null: the token is the one it was
 * @throws OperatorError for one that the bot would refuse
 */
export function keepConfig(
  outside: InitOutside,
  { file, name, kept }: Kept,
  rotated: string | null,
  values: Variables,
): Config {
  const { questions } = outside
  const noted = rotated === null ? kept : noteRotation(kept, rotated)
  if (noted === null)
    questions.say(`  ${name}: note yourself, under secrets: BOT_TOKEN: { rotated: ${rotated} }`)
  const config = checked(outside, file, noted ?? kept, values)
  if (noted !== null && noted !== kept) {
    writeWhole(file, noted, statSync(file).mode & 0o777)
    questions.say(`  ${name}: kept; the age of the new token is noted in it`)
  } else questions.say(`  ${name}: kept as it is`)
  return config
}
