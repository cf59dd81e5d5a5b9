import { OperatorError } from '../../contract/error.ts'
import { Unavailable } from '../unavailable.ts'

/** What Litestream says in a line of its log: https://litestream.io/reference/config/#logging. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number
  readonly level: string
  readonly message: string
  /** What went wrong, in the words of whoever saw it. */
  readonly error?: string
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A line of the log; null for anything else that it writes. */
export function logLine(line: string): LogLine | null {
  if (!line.startsWith('{')) return null
  try {
    const read: unknown = JSON.parse(line)
    if (typeof read !== 'object' || read === null || !('msg' in read)) return null
    const error = 'error' in read ? textOf(read.error) : ''
    const at = 'time' in read ? Date.parse(textOf(read.time)) : Number.NaN
    const level = 'level' in read ? textOf(read.level) : ''
    return { at, level, message: textOf(read.msg), ...(error !== '' && { error }) }
  } catch {
    return null
  }
}

/** What to do about it, and whether its place alone is to blame, by the words of Litestream, age, Amazon's and sftp's clients. */
const advices: readonly (readonly [RegExp, string, 'place'?])[] = [
  [
    /no identity matched/i,
    'the replica was made with another password: put that one under `password`, or name an empty place as continuous.replica',
  ],
  [
    /authenticat\w+ (?:payload|failed)|message authentication|lz4:|unexpected EOF|missing (?:initial )?wal|out of order/i,
    'the replica is damaged: restore from a snapshot or an earlier point, then name an empty place as continuous.replica',
  ],
  [
    /unable to authenticate|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|permission denied|EACCES/i,
    'see that the bot may write there: the keys under `env`, the rights of the directory',
    'place',
  ],
  [/no space left|quota/i, 'free space where the replica lies', 'place'],
  [
    /connection refused|no such host|i\/o timeout|unreachable|connection reset|RequestError/i,
    'see that the place of the replica can be reached from this machine',
    'place',
  ],
]

/** The errors in what Litestream wrote, oldest first, each once. */
export function errorsIn(output: string): readonly string[] {
  const found = output.split('\n').flatMap((text) => {
    const line = logLine(text)
    return line?.level === 'ERROR' ? [line.error ?? line.message] : []
  })
  return [...new Set(found)]
}

/** An error for the operator, made of what Litestream said. */
export function litestreamError(what: string, said: string): OperatorError {
  const known = advices.find(([words]) => words.test(said))
  const advice = known?.[1]
  const Kind = known?.[2] === 'place' ? Unavailable : OperatorError
  return new Kind(`${what}: ${said === '' ? 'Litestream said nothing' : said}`, advice)
}
