import type { LogLine, LogPage } from '../../contract/service.ts'

/** Entries asked for at once: about 1 MiB of them, at 500 bytes each with the fields that always come. */
export const pageLines = 2000

/** syslog(3): emerg, alert, crit and err. */
const leastError = 3

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value))
      : null
  } catch {
    return null
  }
}

/** A message that is no UTF-8 comes as the numbers of its bytes, a long one as null: journalctl(1). */
function messageOf(message: unknown): string {
  if (typeof message === 'string') return message
  if (!Array.isArray(message)) return ''
  return Buffer.from(message.filter((byte) => typeof byte === 'number')).toString('utf8')
}

function lineOf(fields: Fields): LogLine {
  const priority = Number(fields['PRIORITY'] ?? NaN)
  return {
    text: messageOf(fields['MESSAGE']),
    at: Math.floor(Number(fields['__REALTIME_TIMESTAMP']) / 1000),
    error: priority <= leastError,
  }
}

/**
 * Reads what `journalctl -o json` prints, one object a line. The first line may have been cut.
 *
 * @param before the cursor that was asked from, which stands while nothing came
 */
export function readJournal(out: string, before: string | null): LogPage {
  const printed = out.split('\n').filter((line) => line !== '' && !line.startsWith('-- '))
  const entries = printed
    .map(fieldsOf)
    .filter((fields) => fields !== null)
    .filter((fields) => Number.isFinite(Number(fields['__REALTIME_TIMESTAMP'])))
  const cursor = entries.at(-1)?.['__CURSOR']
  return {
    lines: entries.map(lineOf),
    cursor: typeof cursor === 'string' ? cursor : before,
    skipped: entries.length < printed.length || entries.length >= pageLines,
  }
}
