import type { LogEntry } from '../../contract/log-entry.ts'
import { stamp } from '../../contract/stamp.ts'

/** Characters of one line that are looked into; what is behind them is seldom about the cause. */
export const longestLine = 8192

/** From here on pino and bunyan mean an error: getpino.io/#/docs/api?id=logger-level */
const errorNumber = 50

const errorLevel = /^(?:e|err|error|severe|crit|critical|fatal|alert|emerg|emergency|panic)$/i
const calmLevel =
  /^(?:t|d|i|w|trace|verbose|debug|info|information|notice|warn|warning|silly|http)$/i

/**
 * A level that a text line states near its beginning: a word in capitals, in brackets, or as logfmt
 * (brandur.org/logfmt) has it. Each alternative is of bounded length.
 */
const stated =
  /\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRIT|CRITICAL|FATAL|ALERT|EMERG|PANIC)\b|[[<(](\w{1,11})[\])>]|\b(?:level|lvl|severity)=["']?(\w{1,11})/g
const statedWithin = 120

/** What a line without a level says when something went wrong; “0 errors” and “no error” do not. */
const errorWords =
  /(?<!\b(?:0|no|without) )(?:error|exception)s?\b(?!\s{0,3}[=:]\s{0,3}(?:0|null|none|false)\b)|\b(?:err|fatal|critical|panic|panicked|unhandled|uncaught|traceback|segfault|segmentation fault|out of memory|core dumped)\b/i

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of a line that is a JSON object; null for any other. */
function fieldsOf(line: string): Fields | null {
  if (!line.startsWith('{') || !line.endsWith('}')) return null
  try {
    const value: unknown = JSON.parse(line)
    return isFields(value) ? value : null
  } catch {
    return null
  }
}

const textOf = (value: unknown): string =>
  isFields(value) ? textOf(value['message']) : typeof value === 'string' ? value : ''

/** What happened, in the usual fields of pino, winston, bunyan, logrus, zap and ECS. */
function messageOf(fields: Fields, line: string): string {
  const said = ['msg', 'message', 'event'].map((key) => textOf(fields[key])).find(Boolean) ?? ''
  const why = ['err', 'error', 'exception'].map((key) => textOf(fields[key])).find(Boolean) ?? ''
  const whole = said === '' || why === '' || said.includes(why) ? said || why : `${said}: ${why}`
  return whole === '' ? line : whole
}

/** Whether a level is that of an error; null for what is no level. */
function judgeLevel(level: unknown): boolean | null {
  if (typeof level === 'number') return level >= errorNumber
  if (typeof level !== 'string') return null
  if (errorLevel.test(level)) return true
  return calmLevel.test(level) ? false : null
}

const levelKeys = ['level', 'severity', 'lvl', 'log.level', 'levelname']

function statedLevel(line: string): boolean | null {
  for (const [, capital, bracketed, assigned] of line.slice(0, statedWithin).matchAll(stated)) {
    const verdict = judgeLevel(capital ?? bracketed ?? assigned)
    if (verdict !== null) return verdict
  }
  return null
}

/** A leading time and what surrounds it says nothing of what happened. */
const leadingTime =
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\]?:?\s*/

/** Reads one line of a log: plain text, logfmt, or a JSON object of the usual loggers. Linear. */
export function parseEntry(raw: string): LogEntry {
  const line = raw.length > longestLine ? raw.slice(0, longestLine) : raw
  const fields = fieldsOf(line)
  if (fields) {
    const text = messageOf(fields, line)
    const level = levelKeys.map((key) => judgeLevel(fields[key])).find((one) => one !== null)
    return { text, at: stamp(line), error: level ?? errorWords.test(text) }
  }
  const at = stamp(line)
  const text = at === null ? line : line.replace(leadingTime, '')
  return { text, at, error: statedLevel(text) ?? errorWords.test(text) }
}
