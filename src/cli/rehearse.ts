import { hideSecrets } from '../config/secrets.ts'
import { messageOf, OperatorError } from '../contract/error.ts'
import type { Rehearsal, RehearsalChoice, RehearsedTry } from '../contract/rehearsal.ts'
import { formatDuration } from '../contract/units.ts'
import { pickNames } from './check.ts'
import { openConfig } from './load.ts'
import { exit } from './outside.ts'
import type { Exit, Outside } from './outside.ts'

interface Wish {
  /** As typed: it may be shortened. None: a list of what there is. */
  readonly name: string | undefined
  readonly json: boolean
}

/** `rehearse [NAME] [--json]` */
export async function rehearse(outside: Outside, { name, json }: Wish): Promise<Exit> {
  const kinds = await outside.loadKinds()
  const config = openConfig(outside, kinds)
  if (config === undefined) return exit.badConfig
  const hide = (text: string): string => hideSecrets(text, config.secrets)
  const say = (lines: readonly string[]): void => lines.forEach((line) => outside.out(hide(line)))
  const asJson = (value: unknown): readonly string[] => [JSON.stringify(value, null, 2)]
  try {
    const rehearsing = await outside.openRehearsals(config, kinds)
    await using _ = { [Symbol.asyncDispose]: () => rehearsing.close() }
    const choices = rehearsing.list()
    if (name === undefined) {
      say(json ? asJson({ exit: exit.ok, fixes: choices }) : listed(choices))
      return exit.ok
    }
    const picked = pickNames(
      [name],
      choices.map((one) => one.name),
      'fix',
    )
    const [found] = 'names' in picked ? picked.names : []
    if ('problems' in picked || found === undefined) {
      for (const problem of 'problems' in picked ? picked.problems : []) outside.err(problem)
      return exit.badConfig
    }
    const rehearsal = await rehearsing.run(found)
    const code = exitOf(rehearsal)
    say(json ? asJson({ exit: code, ...rehearsal }) : told(rehearsal))
    return code
  } catch (thrown) {
    const advice = thrown instanceof OperatorError ? thrown.advice : undefined
    outside.err(hide(`nothing could be rehearsed: ${messageOf(thrown)}`))
    if (advice !== undefined) outside.err(hide(advice))
    return exit.couldNotRun
  }
}

/** What could not be begun is no verdict about the fix. */
const exitOf = ({ is, tries, fault, clean }: Rehearsal): Exit => {
  if (is === 'fixed') return exit.ok
  if (is === 'planned' || (fault === undefined && tries.length === 0 && clean))
    return exit.couldNotRun
  return exit.wrong
}

function listed(choices: readonly RehearsalChoice[]): readonly string[] {
  if (choices.length === 0) return ['no fixes']
  const width = Math.max(...choices.map(({ name }) => name.length))
  return choices.map(
    ({ name, kind, playable }) =>
      `${name.padEnd(width)}  ${kind}${playable ? '' : ' (only its plan can be shown)'}`,
  )
}

const indented = (steps: readonly string[]): readonly string[] =>
  steps.flatMap((step) => step.split('\n')).map((line) => `  ${line}`)

const attempt = ({
  steps,
  ok,
  result,
  after,
  acted,
  verified,
}: RehearsedTry): readonly string[] => [
  'done:',
  ...indented(steps),
  `${ok ? 'result' : 'did not help'}: ${result} (${span(acted)})`,
  ...(ok ? [`verified after ${span(verified)}: ${after}`] : []),
]

const span = (ms: number): string => formatDuration(Math.max(1, Math.round(ms)))

const heads = { fixed: 'fixed', failed: 'NOT fixed', planned: 'not rehearsed' } as const

/** The whole story, a line an event. Nothing in it may steer the terminal. */
function told(rehearsal: Rehearsal): readonly string[] {
  const { fix, kind, is, problem, advice, fault, seen, tries, plan, proof, clean, took } = rehearsal
  const played = fault !== undefined
  const lines = [
    `${fix}: ${heads[is]}, ${span(took)} in all`,
    ...(problem === undefined ? [] : [`problem: ${problem}`]),
    ...(advice === undefined ? [] : [`advice: ${advice}`]),
    ...(played ? [`made: ${fault}`] : []),
    ...(seen ? [`seen after ${span(seen.after)}: ${seen.saw} (limit ${seen.limit})`] : []),
    ...tries.flatMap(attempt),
    ...(proof === undefined ? [] : [proof]),
    ...(played ? [clean ? 'cleaned up: no file and no process is left' : 'NOT cleaned up'] : []),
    ...rehearsal.differs.map((what) => `other than in real life: ${what}`),
    ...(is === 'planned'
      ? [`nothing was done: no fault is known that a ${kind} fix is for; its plan:`]
      : []),
    ...indented(plan),
  ]
  return lines.map((line) => line.replace(/\p{Cc}+/gu, ' '))
}
