import { inOrder } from './issue.ts'
import type { Issue } from './issue.ts'
import type { Filled } from './fill.ts'
import { isSettings, pathKey, showPath, valueAt } from './path.ts'
import type { Path } from './path.ts'
import { betrays, hideSecrets, isSecretSetting, secretsInUrl } from './secrets.ts'
import type { Source } from './yaml.ts'

/** Collects what is wrong, each at its place in the file, none of it with a secret in it. */
export interface Report {
  /** The message: what is wrong, what was expected. Points at the key where the value is not the trouble. */
  add(path: Path, message: string, at?: 'key' | 'value'): void
  /** `found "5x", ` and the message. */
  found(path: Path, message: string): void
  warn(path: Path, message: string): void
  issues(): readonly Issue[]
  warnings(): readonly Issue[]
}

const longestQuote = 60

/** A report about one file, whose values may have been filled in from the environment. */
export function createReport(source: Source, filled: Filled): Report {
  const issues: Issue[] = [...filled.issues]
  const warnings: Issue[] = [...filled.warnings]

  const issueAt = (path: Path, message: string, at: 'key' | 'value'): Issue => {
    const spot = spotOf(source, path)
    const prefix = path.length === 0 ? '' : `${showPath(path)}: `
    return {
      file: source.file,
      ...source.place(at === 'key' ? spot.key : spot.start),
      message: oneLine(prefix + message),
    }
  }
  const safe = (path: Path, message: string): string =>
    withoutFills(message, filled, path) ?? 'what was filled in does not fit here'

  /** A text that could not be filled in has been reported already, and nothing more is known of it. */
  const isFilled = (path: Path): boolean =>
    !path.some((_, index) => filled.missing.has(pathKey(path.slice(0, index + 1))))

  return {
    add: (path, message, at = 'value') => {
      if (isFilled(path)) issues.push(issueAt(path, safe(path, message), at))
    },
    found: (path, message) => {
      if (!isFilled(path)) return
      const separator = message.startsWith('expected') ? ', ' : ': '
      const text = `found ${quote(source, path)}${separator}${safe(path, message)}`
      issues.push(issueAt(path, text, isNothing(source, path) ? 'key' : 'value'))
    },
    warn: (path, message) => void warnings.push(issueAt(path, safe(path, message), 'value')),
    issues: () => inOrder(issues),
    warnings: () => inOrder(warnings),
  }
}

const oneLine = (text: string): string => text.replace(/\s*\p{Cc}+\s*/gu, ' ')

/** The spot of a path, or of the nearest thing above it. */
function spotOf(source: Source, path: Path) {
  for (let length = path.length; length >= 0; length -= 1) {
    const spot = source.spots.get(pathKey(path.slice(0, length)))
    if (spot !== undefined)
      return length === path.length ? spot : { key: spot.key, start: spot.key }
  }
  return { key: 0, start: 0 }
}

const isNothing = (source: Source, path: Path): boolean => {
  const value = valueAt(source.value, path)
  return value === null || value === undefined
}

/** A value as the file has it: `${NAME}` and `file:` stand as they are, secrets are left out. */
function quote(source: Source, path: Path): string {
  const value = valueAt(source.value, path)
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (isSettings(value)) return 'a map of settings'
  if (path.some((part) => typeof part === 'string' && isSecretSetting(part))) return 'this value'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return 'this value'
  const shown = hideSecrets(value, secretsInUrl(value))
  return JSON.stringify(shown.length > longestQuote ? `${shown.slice(0, longestQuote)}…` : shown)
}

/** The message with what was filled in named again; undefined when it gives a secret away. */
function withoutFills(message: string, filled: Filled, path: Path): string | undefined {
  const top = pathKey(path)
  const below = `${top}\u0000`
  const fills = [...filled.fills]
    .filter(([key]) => key === top || key.startsWith(below) || top.startsWith(`${key}\u0000`))
    .flatMap(([, list]) => list)
  if (fills.some(({ secrets }) => betrays(message, secrets))) return undefined
  const values = fills.map(({ value }) => value).filter((value) => value.length >= 4)
  return hideSecrets(message, values)
}
