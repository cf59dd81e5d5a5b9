import { homedir } from 'node:os'
import { z } from 'zod'
import { OperatorError } from '../src/contract/error.ts'
import { defineFix, type FixContext, type Step } from '../src/contract/fix.ts'
import { durationParam, formatDuration, formatSize, sizeParam } from '../src/contract/units.ts'
import { choose, markOf } from '../src/probe/clean/choose.ts'
import { type Candidate, find, type Found } from '../src/probe/clean/find.ts'
import { patternRefusal } from '../src/probe/clean/protected.ts'
import { fullDirectory } from '../src/probe/clean/rehearsal.ts'
import { remove, type Removed } from '../src/probe/clean/remove.ts'

const pattern = z.string().superRefine((text, context) => {
  const message = patternRefusal(text)
  if (message !== null) context.addIssue({ code: 'custom', message })
})

const params = z.strictObject({
  paths: z
    .array(pattern)
    .min(1)
    .describe('absolute, or below `~`; globs match files and whole directories'),
  older_than: durationParam.describe(
    'a duration: what has not changed for so long goes; of a directory, all that is in it',
  ),
  keep: z.int().min(0).default(0).describe('so many of each path stay, the newest'),
  min_size: sizeParam.optional().describe('a size: smaller ones stay'),
})

type Params = z.output<typeof params>

/** A plan in store: marks of everything that may go, and nothing else may. */
const action = z.strictObject({ count: z.int(), bytes: z.number(), marks: z.string() })

const markLength = 12
const shownPaths = 20
const shownFailures = 3

interface Seen extends Found {
  readonly now: number
}

const look = async ({ paths }: Params, { host, signal, now }: FixContext): Promise<Seen> => ({
  ...(await find(paths, host.files, [homedir(), process.cwd()], signal)),
  now,
})

const chosenOf = (seen: Seen, { older_than: olderThan, keep, min_size: minSize = 0 }: Params) =>
  choose(seen, { olderThan, keep, minSize }, seen.now)

const describe = ({ path, kind, files, frees }: Candidate): string =>
  `${path}${kind === 'directory' ? `/ with ${files} file${files === 1 ? '' : 's'}` : ''} (${formatSize(frees)})`

const bounded = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`]

function plan(seen: Seen, settings: Params): readonly Step[] {
  const chosen = chosenOf(seen, settings)
  if (chosen.length === 0) return []
  const bytes = chosen.reduce((sum, { frees }) => sum + frees, 0)
  const age = formatDuration(settings.older_than)
  const left = seen.left.map((line) => `left alone: ${line}`)
  return [
    {
      show: [
        `remove what has not changed for ${age}, ${formatSize(bytes)} in all:`,
        ...bounded(chosen.map(describe), shownPaths),
        ...bounded(left, shownFailures),
      ].join('\n'),
      act: { count: chosen.length, bytes, marks: chosen.map(markOf).join('') },
    },
  ]
}

function resultOf({ files, freed, failures }: Removed, gone: number): string {
  const what = `freed ${formatSize(freed)} in ${files} file${files === 1 ? '' : 's'}`
  const changed = gone > 0 ? [`${gone} changed since the plan and stayed`] : []
  return [what, ...changed, ...bounded(failures, shownFailures)].join('; ')
}

async function act(step: Step, settings: Params, context: FixContext) {
  const { marks } = action.parse(step.act)
  const planned = new Set<string>()
  for (let at = 0; at < marks.length; at += markLength)
    planned.add(marks.slice(at, at + markLength))
  const now = chosenOf(await look(settings, context), settings)
  const agreed = now.filter((candidate) => planned.has(markOf(candidate)))
  const removed = await remove(agreed, context.host.files, context.signal)
  const result = resultOf(removed, planned.size - agreed.length)
  if (removed.failures.length > 0 && removed.files === 0)
    throw new OperatorError(
      `Nothing could be removed on ${context.host.name}: ${bounded(removed.failures, shownFailures).join('; ')}`,
      'See who owns these files; the bot needs the right to remove them.',
    )
  return { result }
}

export default defineFix({
  kind: 'clean-files',
  summary: 'Removes old files and directories that the config names by path.',
  risk: 'safe',
  params,
  look,
  plan,
  act,
  rehearsal: fullDirectory,
})
