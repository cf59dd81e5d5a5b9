import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import type { Answered, Proof, TableCounts } from './program/look.ts'
import type { Copied } from './program/copy.ts'
import type { Reason } from './program/reason.ts'

const program = fileURLToPath(new URL('./program.ts', import.meta.url))

const outcome = z.union([
  z.object({ ok: z.unknown() }),
  z.object({ failed: z.object({ reason: z.string(), words: z.string() }) }),
])

const advice: Readonly<Partial<Record<Reason, string>>> = {
  gone: 'See what has become of it, or correct its path in the config.',
  alien: 'If it is encrypted, back up its files: paths: [FILE*] with stop: SERVICE.',
  damaged: 'Do not write to it any more: restore the last good backup to the side, and compare.',
  locked: 'Name the service that holds it in the config, stop: SERVICE, or end what holds it.',
  busy: 'Name the service that holds it in the config: stop: SERVICE stops it for the copy.',
  full: 'Make room on the disk that holds the directory of the bot.',
  refused: "Give the bot's user access to the file and its directory.",
  query: 'Correct the query in the config.',
}

const says: Readonly<Partial<Record<Reason, string>>> = {
  gone: 'it is not there',
  alien: 'it is not a SQLite database, or an encrypted one',
  damaged: 'it is damaged',
  locked: 'its owner holds it locked',
  full: 'there is no room for it',
  refused: 'it may not be read',
}

/** Of one line of JSON. */
const outputLimit = 4 * 1024 * 1024

async function run(
  what: string,
  argv: readonly string[],
  tool: Tool,
  input = '',
): Promise<unknown> {
  const { host, signal } = tool
  if (!host.local) throw new OperatorError(`${what} failed: ${host.name} is not this machine`)
  const result = await host.run([process.execPath, '--no-warnings', program, ...argv], {
    signal,
    input,
    keep: outputLimit,
    reap: true,
  })
  if (result.aborted) throw new OperatorError(`${what} was stopped before its end`)
  const parsed = result.code === 0 ? outcome.safeParse(parse(result.out)) : undefined
  if (parsed?.success !== true) {
    const why = result.signal ?? (result.err.trim().split('\n').at(-1) || 'no word from it')
    throw new OperatorError(`${what} failed: its program ended early (${why.slice(0, 300)})`)
  }
  if ('ok' in parsed.data) return parsed.data.ok
  const { reason, words } = parsed.data.failed
  const said = says[reason as Reason]
  throw new OperatorError(
    `${what} failed: ${said === undefined ? words : `${said} (${words})`}`,
    advice[reason as Reason],
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const copied = z.object({ bytes: z.number(), at: z.number(), raw: z.boolean() })
const proof = z.object({ problems: z.array(z.string()) })
const counted = z.object({ counts: z.record(z.string(), z.number()), left: z.array(z.string()) })
const answered = z.object({ value: z.union([z.string(), z.number(), z.null()]) })

/** How long a lock is waited for, in milliseconds: somebody else's commit. */
const lockWait = 10_000

/**
 * Copies a database, which may be in use, into one file, and proves the copy.
 *
 * @param patience milliseconds that its owner is waited for to let go of it
 * @throws OperatorError; nothing is left of the copy then
 */
export const copySqlite = async (
  from: string,
  to: string,
  tool: Tool,
  patience = lockWait,
): Promise<Copied> =>
  copied.parse(await run(`copying ${from}`, ['copy', from, to, String(patience)], tool))

/**
 * What is wrong with a database, the first 5 of it; empty when it is whole. Its files are left as they
 * are, but for a journal that a crash has left, which is rolled back.
 *
 * @throws OperatorError when it cannot be read at all
 */
export async function integrity(path: string, tool: Tool): Promise<Proof['problems']> {
  return proof.parse(await run(`checking ${path}`, ['prove', path], tool)).problems
}

/** How long tables may be counted in all, in milliseconds. */
const countLimit = 600_000

/** The exact number of rows of each table. @throws OperatorError */
export const countSqlite = async (
  path: string,
  tool: Tool,
  within = countLimit,
): Promise<TableCounts> =>
  counted.parse(await run(`counting the rows of ${path}`, ['count', path, String(within)], tool))

/** How long a question may take, in milliseconds. */
const queryLimit = 60_000

/**
 * The first value of the first row that a query answers with, null also when there is none; nothing can
 * be changed by it.
 *
 * @throws OperatorError
 */
export async function querySqlite(
  path: string,
  sql: string,
  tool: Tool,
): Promise<Answered['value']> {
  const signal = AbortSignal.any([tool.signal, AbortSignal.timeout(queryLimit)])
  const what = `a query to ${path}`
  return answered.parse(await run(what, ['ask', path], { ...tool, signal }, sql)).value
}
