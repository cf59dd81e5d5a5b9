import { loadConfig } from '../../src/config/load.ts'
import type { LoadOptions } from '../../src/config/load.ts'
import { formatIssue } from '../../src/config/issue.ts'
import type { Config } from '../../src/config/types.ts'
import { kinds } from './kinds.ts'

const usual: LoadOptions = {
  file: 'mechanic.yaml',
  text: '',
  now: Date.parse('2026-03-10T12:00:00Z'),
  env: {},
  kinds,
  machineZone: 'Asia/Kolkata',
  home: '/home/asha',
  languages: ['en', 'de'],
}

/** The configuration of a file that must be right. */
export function configOf(text: string, options: Partial<LoadOptions> = {}): Config {
  const loaded = loadConfig({ ...usual, text, ...options })
  if ('config' in loaded) return loaded.config
  throw new Error(loaded.issues.map(formatIssue).join('\n'))
}

/** Everything wrong with a file, without its name: `LINE:COL: what is wrong`. */
export function issuesOf(text: string | Uint8Array, options: Partial<LoadOptions> = {}): string[] {
  const loaded = loadConfig({ ...usual, text, ...options })
  if ('config' in loaded) return []
  return loaded.issues.map((issue) => formatIssue(issue).replace(/^mechanic\.yaml:/, ''))
}

export function warningsOf(text: string, options: Partial<LoadOptions> = {}): string[] {
  return loadConfig({ ...usual, text, ...options }).warnings.map(formatIssue)
}
