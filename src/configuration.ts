import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { languagesIn, locateConfig, readConfigFile } from './config/file.ts'
import { formatIssue } from './config/issue.ts'
import { loadConfig } from './config/load.ts'
import type { Config, Kinds } from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import { OperatorError } from './contract/error.ts'
import type { Env } from './environment.ts'

/** The config is wrong: every fault of it, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly issues: readonly string[]

  constructor(issues: readonly string[]) {
    super(issues.join('\n'))
    this.issues = issues
  }
}

/**
 * Reads the config that the environment names.
 *
 * @throws ConfigError with all of its faults; OperatorError when it lets nobody in
 */
export function readConfig(
  clock: Clock,
  env: Env,
  kinds: Kinds,
): { readonly config: Config; readonly warnings: readonly string[] } {
  const file = locateConfig(env)
  const read = file === null ? { text: '' } : readConfigFile(file)
  if ('issues' in read) throw new ConfigError(read.issues.map(formatIssue))
  const loaded = loadConfig({
    file,
    text: read.text,
    env,
    kinds,
    now: clock.now(),
    machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    home: env['HOME'] ?? homedir(),
    languages: languagesIn(fileURLToPath(new URL('../locales', import.meta.url))),
  })
  if ('issues' in loaded) throw new ConfigError(loaded.issues.map(formatIssue))
  requireOperators(loaded.config)
  return { config: loaded.config, warnings: loaded.warnings.map(formatIssue) }
}

/** An ops bot open to the world is never right. */
function requireOperators(config: Config): void {
  if (config.operators.length > 0) return
  throw new OperatorError(
    'nobody is allowed to use the bot',
    'set ALLOWED_USERS in .env to your Telegram user id, or list `operators` in the config',
  )
}
