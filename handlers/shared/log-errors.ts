import type { House } from '../../src/contract/house.ts'
import type { LogPattern } from '../../src/contract/log-entry.ts'
import { line, t } from '../../src/contract/message.ts'
import type { Block, Message, Text } from '../../src/contract/message.ts'

/** What a phone shows without endless scrolling, and a message has room for. */
const mostPatterns = 8
const widestPattern = 150
const widestExample = 240

type Errors = Awaited<ReturnType<House['logErrors']>>

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}…` : text

function titleOf({ count, pattern, first, last }: LogPattern): Text {
  const what = t('log-pattern', { n: count, pattern: cut(pattern, widestPattern) })
  if (first === undefined || last === undefined) return what
  if (first === last) return t('log-pattern-at', { what, at: { time: first } })
  return t('log-pattern-between', { what, from: { time: first }, to: { time: last } })
}

const patternBlock = (pattern: LogPattern): Block => ({
  code: [cut(pattern.example, widestExample)],
  title: titleOf(pattern),
})

/** The errors of a log by pattern, most frequent first, each with one of its lines. */
export function errorsMessage(service: string, { lines, patterns }: Errors): Message {
  if (lines === 0) return { blocks: [line('logs-none', { service })] }
  if (patterns.length === 0) return { blocks: [line('log-errors-none', { service, lines })] }
  const all = patterns.reduce((sum, { count }) => sum + count, 0)
  const more = patterns.length - mostPatterns
  return {
    blocks: [
      line('log-errors-title', { service, n: all, lines, patterns: patterns.length }),
      ...patterns.slice(0, mostPatterns).map(patternBlock),
      ...(more > 0 ? [line('log-errors-more', { n: more })] : []),
    ],
  }
}
