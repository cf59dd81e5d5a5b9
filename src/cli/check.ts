import { nearestOf } from '../config/nearest.ts'
import { hideSecrets } from '../config/secrets.ts'
import { messageOf } from '../contract/error.ts'
import { openConfig } from './load.ts'
import { exit } from './outside.ts'
import type { Exit, Outside } from './outside.ts'
import { table } from './table.ts'
import type { CheckResult, Checking } from './result.ts'

interface Wish {
  /** As typed: names may be shortened. None: all. */
  readonly names: readonly string[]
  readonly json: boolean
}

/** `check [NAME…] [--json]` */
export async function check(outside: Outside, { names, json }: Wish): Promise<Exit> {
  const kinds = await outside.loadKinds()
  const config = openConfig(outside, kinds)
  if (config === undefined) return exit.badConfig
  const hide = (text: string): string => hideSecrets(text, config.secrets)
  try {
    await using checking = closing(await outside.openChecking(config, kinds))
    const picked = pickNames(names, checking.names)
    if ('problems' in picked) {
      for (const problem of picked.problems) outside.err(problem)
      return exit.badConfig
    }
    const results = await checking.checkOnce(picked.names)
    const code = exitOf(results)
    const lines = json
      ? [JSON.stringify({ exit: code, checks: results }, null, 2)]
      : table(results, kinds)
    for (const line of lines) outside.out(hide(line))
    return code
  } catch (thrown) {
    outside.err(hide(`the checks could not run: ${messageOf(thrown)}`))
    return exit.couldNotRun
  }
}

const closing = (checking: Checking) => ({
  ...checking,
  [Symbol.asyncDispose]: () => checking.close(),
})

/** Bad configuration aside: a check that could not run counts more than one that found something. */
export function exitOf(results: readonly CheckResult[]): Exit {
  const subjects = results.flatMap((result) => result.subjects)
  const blind = results.some(({ problem }) => problem !== undefined)
  if (blind || subjects.some(({ state }) => state === 'unknown')) return exit.couldNotRun
  // `info` is nothing wrong: it stands in summaries only.
  const wrong = subjects.some(({ state, severity }) => state === 'bad' && severity !== 'info')
  return wrong ? exit.wrong : exit.ok
}

/** Matches names as typed, in full or by an unambiguous beginning, against those there are. */
export function pickNames(
  typed: readonly string[],
  known: readonly string[],
  what = 'check or service',
): { readonly names: readonly string[] } | { readonly problems: readonly string[] } {
  const matches = typed.map((name) => ({ name, found: matching(name, known) }))
  const problems = matches.flatMap(({ name, found }) => {
    if (found.length === 1) return []
    if (found.length > 1) return [`"${name}" could be ${found.join(', ')}, expected one of them`]
    const close = nearestOf(name, known, 3)
    const all = known.length === 0 ? 'there is none' : `expected one of ${known.join(', ')}`
    const hint = close.length > 0 ? `did you mean ${close.join(' or ')}?` : all
    return [`no ${what} "${printable(name)}", ${hint}`]
  })
  if (problems.length > 0) return { problems }
  return { names: [...new Set(matches.flatMap(({ found }) => found))] }
}

const printable = (name: string): string => name.replace(/\p{Cc}/gu, ' ').slice(0, 60)

function matching(typed: string, known: readonly string[]): readonly string[] {
  if (known.includes(typed)) return [typed]
  return typed === ''
    ? []
    : known.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()))
}
