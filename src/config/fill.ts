import type { Issue } from './issue.ts'
import { isSettings, pathKey, showPath } from './path.ts'
import type { Path } from './path.ts'
import type { SecretFile } from './secret-file.ts'
import { isSecretSetting, secretsIn, secretsInUrl, secretsOf } from './secrets.ts'
import type { Source } from './yaml.ts'

/** One `${NAME}` or `file:` and what took its place. */
interface Fill {
  readonly value: string
  /** The parts of it that must not be shown. */
  readonly secrets: readonly string[]
}

export interface Filled {
  readonly value: unknown
  /** By `pathKey`: the texts that something was put into. */
  readonly fills: ReadonlyMap<string, readonly Fill[]>
  /** By `pathKey`: the texts that could not be filled. Nothing else is to be said about them. */
  readonly missing: ReadonlySet<string>
  readonly secrets: readonly string[]
  readonly issues: readonly Issue[]
  readonly warnings: readonly Issue[]
}

export type Env = Readonly<Record<string, string | undefined>>

/** Dates and durations of the section `secrets`; a secret that was put there by mistake is neither. */
const isAge = (path: Path, value: string): boolean =>
  path[0] === 'secrets' && /^\d{4}-\d\d-\d\d$|^\d{1,6}[a-z]{1,2}$/.test(value)

/** `$${` stands for a plain `${`. */
const pattern = /\$\$\{|\$\{([^}]*)(\}?)/g
const variable = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Puts environment variables and secret files in their places. Only whole texts can be `file:`. */
export function fill(source: Source, env: Env, readSecret: (path: string) => SecretFile): Filled {
  const fills = new Map<string, Fill[]>()
  const missing = new Set<string>()
  const secrets: string[] = []
  const issues: Issue[] = []
  const warnings: Issue[] = []

  const note = (to: Issue[], path: Path, message: string, at = 0): void => {
    const start = (source.spots.get(pathKey(path))?.start ?? 0) + at
    to.push({ file: source.file, ...source.place(start), message: `${showPath(path)}: ${message}` })
  }
  const lack = (path: Path, message: string, at: number): void => {
    missing.add(pathKey(path))
    note(issues, path, message, at)
  }
  const keep = (path: Path, value: string, hidden: readonly string[]): void => {
    const key = pathKey(path)
    fills.set(key, [...(fills.get(key) ?? []), { value, secrets: hidden }])
    secrets.push(...hidden)
  }

  const interpolate = (text: string, path: Path): string => {
    const find = finder(source, path)
    return text.replace(pattern, (whole, name: string | undefined, closed: string | undefined) => {
      const at = find(whole)
      if (name === undefined) return '${'
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (closed === '' || !variable.test(name))
        lack(path, 'not a variable, expected ${NAME}, or $${ for a plain ${', at)
      else if (value === undefined || value === '')
        lack(
          path,
          `${whole} is ${value === '' ? 'empty' : 'not set'}, expected it in the environment or in .env`,
          at,
        )
      else {
        keep(path, value, secretsIn(name, value))
        return value
      }
      return whole
    })
  }

  const readFile = (text: string, path: Path): string => {
    const read = readSecret(text.slice('file:'.length).replace(/^\/\/(?=\/)/, ''))
    if ('problem' in read) {
      if (!missing.has(pathKey(path))) lack(path, read.problem, 0)
      return text
    }
    if (read.worldReadable)
      note(
        warnings,
        path,
        'this secret can be read by every user of the machine, expected mode 0600',
      )
    keep(path, read.value, secretsOf(read.value))
    return read.value
  }

  const text = (written: string, path: Path): string => {
    const whole = interpolate(written, path)
    const value = written.startsWith('file:') ? readFile(whole, path) : whole
    secrets.push(...secretsInUrl(value))
    const secret = path.some((part) => typeof part === 'string' && isSecretSetting(part))
    if (secret && !isAge(path, value))
      // A variable's name that found no value has to be shown.
      secrets.push(...secretsOf(missing.has(pathKey(path)) ? value.replace(pattern, '') : value))
    return value
  }

  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return text(value, path)
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]))
    if (!isSettings(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]),
    )
  }

  return { value: walk(source.value, []), fills, missing, secrets, issues, warnings }
}

/** How far behind the start of a text each `${NAME}` stands in the file, in order. */
function finder(source: Source, path: Path): (whole: string) => number {
  const { start, end } = source.spots.get(pathKey(path)) ?? { start: 0, end: 0 }
  let from = start
  return (whole) => {
    const at = source.text.indexOf(whole, from)
    if (at < 0 || at >= end) return 0
    from = at + whole.length
    return at - start
  }
}
