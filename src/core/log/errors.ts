import type { LogPattern } from '../../contract/log-entry.ts'
import { parseEntry } from './entry.ts'
import { foldLine } from './fold.ts'
import { createTally } from './tally.ts'

const mostPatterns = 200

/** The lines that tell of errors, folded into patterns, most frequent first. */
export function errorPatterns(lines: readonly string[]): readonly LogPattern[] {
  const tally = createTally(mostPatterns)
  for (const line of lines) {
    const { text, at, error } = parseEntry(line)
    if (error) tally.add(foldLine(text), line, at)
  }
  return tally.patterns()
}
