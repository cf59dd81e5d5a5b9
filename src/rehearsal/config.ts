import { formatIssue } from '../config/issue.ts'
import { loadConfig } from '../config/load.ts'
import type { Config, FixConfig } from '../config/types.ts'
import { OperatorError } from '../contract/error.ts'
import type { Stage } from '../contract/fix.ts'
import { formatDuration } from '../contract/units.ts'
import type { Kinds } from '../flow/kinds.ts'

/** What the one check, service and fix of a rehearsal are called. */
export const scratchName = 'rehearsal'

/** Looked at this often: nobody wants to wait a minute for the check's next turn. */
const every = 1_000
/** Pauses and holds as long as this can be waited for within a rehearsal's time. */
const longestPause = 1_000
const longestHold = 30_000

/** A config of one check or service and one fix, and what is other than in the one that runs. */
export interface ScratchConfig {
  readonly config: Config
  readonly differs: readonly string[]
}

/** The fix's own limits, shortened only where a rehearsal could not wait for them. */
function limitsOf(fix: FixConfig): {
  readonly limits: FixConfig
  readonly differs: readonly string[]
} {
  const { hold, within } = fix.verify
  const differs = [
    ...(hold !== undefined && hold > longestHold
      ? [`has to hold ${formatDuration(longestHold)} instead of ${formatDuration(hold)}`]
      : []),
    ...(fix.approve === true ? ['asks nobody first'] : []),
  ]
  const limits: FixConfig = {
    ...fix,
    name: scratchName,
    approve: false,
    backoff: Math.min(fix.backoff, longestPause),
    verify: {
      ...(within !== undefined && { within }),
      ...(hold !== undefined && { hold: Math.min(hold, longestHold) }),
    },
  }
  return { limits, differs }
}

/** The words of a file: what is in a path is never taken for a variable. */
const textOf = (words: unknown): string => JSON.stringify(words).replaceAll('${', '$${')

const withFix = (entries: Readonly<Record<string, object>>) =>
  Object.fromEntries(
    Object.values(entries).map((entry) => [
      scratchName,
      { ...entry, every: `${every}ms`, fix: scratchName },
    ]),
  )

/**
 * The config of a rehearsal, read as a file is read.
 *
 * @throws OperatorError when the kind's own words are no good
 */
export function scratchConfig(fix: FixConfig, stage: Stage, kinds: Kinds): ScratchConfig {
  const { watch, params } = stage
  const words = {
    timezone: 'UTC',
    defaults: false,
    notify: { heartbeat: { schedule: '0 0 1 1 *', send: 'never' } },
    ...('checks' in watch
      ? { checks: withFix(watch.checks) }
      : { services: withFix(watch.services) }),
    fixes: { [scratchName]: { kind: fix.kind, ...params } },
  }
  const loaded = loadConfig({
    file: 'rehearsal',
    text: textOf(words),
    env: {},
    kinds,
    // Nothing in it is dated.
    now: 0,
    machineZone: 'UTC',
    home: '/',
    languages: ['en'],
  })
  if ('issues' in loaded)
    throw new OperatorError(
      `the fix ${fix.name} cannot be rehearsed: ${loaded.issues.map(formatIssue).join('; ')}`,
    )
  const { limits, differs } = limitsOf(fix)
  const fixes = loaded.config.fixes.map((one) => ({ ...limits, params: one.params }))
  return { config: { ...loaded.config, fixes, discover: false }, differs }
}
