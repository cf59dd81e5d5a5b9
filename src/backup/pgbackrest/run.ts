import type { StanzaConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import { Unavailable } from '../unavailable.ts'
import type { As } from './owner.ts'

/** What to do about it, and whether its place alone is to blame. */
const advice: readonly (readonly [RegExp, string, 'place'?])[] = [
  [
    /unable to find (?:backup set|.*archive)|no (?:prior )?backup/i,
    'See what there is: pgbackrest info.',
  ],
  [/password|decrypt|cipher/i, 'See repo1-cipher-pass in its config.'],
  [
    /Permission denied|unable to open|unable to create/i,
    "Give the bot's user access to it.",
    'place',
  ],
  [/No space left/i, 'Make room on that disk.', 'place'],
  [/lock|already running/i, 'Wait until the other pgBackRest has ended.', 'place'],
  [/Connection|timeout|host|resolve/i, 'See that the repository can be reached.', 'place'],
]

/** `P00  ERROR: [075]: no backup sets to restore`. */
const wordOf = (err: string): string => {
  const lines = err.split('\n').filter((line) => line.trim() !== '')
  const said = lines.find((line) => /ERROR|FATAL/.test(line)) ?? lines.at(-1) ?? ''
  return said.replace(/^.*?(?:ERROR|FATAL):\s*/, '').slice(0, 300)
}

/**
 * Runs pgBackRest on a stanza; what it wrote.
 *
 * @throws OperatorError unless it ends with 0
 */
export async function runBackrest(
  { name, config }: StanzaConfig,
  args: readonly [string, ...string[]],
  as: As,
  { host, signal, say }: Tool,
): Promise<string> {
  const [command] = args
  const what = `pgbackrest ${command} of the stanza ${name} on ${host.name}`
  const argv = [
    ...as,
    'pgbackrest',
    `--stanza=${name}`,
    ...(config === undefined ? [] : [`--config=${config}`]),
    '--log-level-console=off',
    '--log-level-stderr=warn',
    '--log-level-file=off',
    ...args,
  ]
  const [first = '', ...rest] = argv
  const options = { signal, env: { LC_ALL: 'C' }, cwd: '/', reap: true, keep: 4 * 1024 * 1024 }
  const result = await host.run([first, ...rest], options)
  if (result.aborted) throw new OperatorError(`${what} was stopped before its end`)
  if (result.missing || result.code === 127)
    throw new Unavailable(`there is no ${first} on ${host.name}`, 'Install the package pgbackrest.')
  if (result.code !== 0) {
    const word = wordOf(result.err) || `it ended with ${result.code ?? result.signal}`
    const known = advice.find(([seen]) => seen.test(word))
    const Kind = known?.[2] === 'place' ? Unavailable : OperatorError
    throw new Kind(`${what} failed: ${word}`, known?.[1])
  }
  for (const line of result.err.split('\n').slice(0, 20)) if (line.trim() !== '') say(line.trim())
  return result.out
}
