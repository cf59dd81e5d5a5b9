import { createRequire } from 'node:module'
import type * as Engine from 're2js'
import type { LogEntry } from '../../contract/log-entry.ts'
import { parseEntry } from '../../core/log/entry.ts'

/** A regular expression with flags, as the config writes it. */
const slashed = /^\/(.+)\/(i?)$/s
/** What means something else than itself in one: github.com/google/re2/wiki/Syntax */
const special = /[\\^$.|?*+()[\]{}]/

const load = createRequire(import.meta.url)

/**
 * Loaded with the first expression, 3 MiB. RE2's own kind of machine takes linear time for whatever a
 * config says and a log contains; V8's is faster, but `(a+)+$` blocks it for ever.
 */
const engine = (): typeof Engine => load('re2js') as typeof Engine

type Test = (line: string) => boolean

function testOf(pattern: string): Test {
  const [, source = pattern, flags = ''] = slashed.exec(pattern) ?? []
  if (flags === '' && !special.test(source)) return (line) => line.includes(source)
  const { RE2JS } = engine()
  const compiled = RE2JS.compile(source, flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0)
  return (line) => compiled.test(line)
}

/** Why a text is no regular expression that RE2 knows; null for one that is. */
export function patternProblem(pattern: string): string | null {
  try {
    testOf(pattern)
    return null
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    return `expected a regular expression of RE2, without look-around: ${why}`
  }
}

/** The entry of a line that counts, null for any other. `error`: its writer says that it is one. */
export type Match = (line: string, error?: boolean) => LogEntry | null

/**
 * What counts of a log: the lines that fit `match`, or those of errors where there is none, without
 * those that fit `ignore`.
 */
export function createMatch(
  match: readonly string[] | undefined,
  ignore: readonly string[],
): Match {
  const wanted = match?.map(testOf)
  const unwanted = ignore.map(testOf)
  return (line, error = false) => {
    if (wanted && !wanted.some((test) => test(line))) return null
    const entry = parseEntry(line)
    if (!wanted && !error && !entry.error) return null
    return unwanted.some((test) => test(line)) ? null : entry
  }
}
