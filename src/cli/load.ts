import { locateConfig, readConfigFile } from '../config/file.ts'
import { formatIssue } from '../config/issue.ts'
import { loadConfig } from '../config/load.ts'
import type { Config, Kinds } from '../config/types.ts'
import type { Outside } from './outside.ts'

/** The configuration, or undefined after every fault of it has been written to standard error. */
export function openConfig(outside: Outside, kinds: Kinds, named?: string): Config | undefined {
  const file = locateConfig(outside.env, named)
  const read = file === null ? { text: '' } : readConfigFile(file)
  const { clock, env, home, machineZone, languages } = outside
  const loaded =
    'issues' in read
      ? { issues: read.issues, warnings: [] }
      : loadConfig({
          file,
          text: read.text,
          now: clock.now(),
          env,
          kinds,
          machineZone,
          home,
          languages,
        })
  for (const warning of loaded.warnings) outside.err(`${formatIssue(warning)} (warning)`)
  if ('config' in loaded) return loaded.config
  for (const issue of loaded.issues) outside.err(formatIssue(issue))
  return undefined
}
