import { parseEntry } from '../log/entry.ts'

/** Commands and words of our own, and what npm says after every failure. */
const beside = /^[$#] |A complete log of this run can be found in/

/** The last of each, in order: a service says the same at every start. */
const distinct = (lines: readonly string[]): readonly string[] =>
  lines.filter((line, at) => lines.lastIndexOf(line) === at)

/**
 * What an output says of a failure: its last different lines that tell of errors, or where none does,
 * its last lines.
 *
 * @param most lines
 */
export function excerpt(output: string, most: number): readonly string[] {
  const lines = output
    .split(/\r\n|\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !beside.test(line))
  const errors = lines.filter((line) => parseEntry(line).error)
  return distinct((errors.length > 0 ? errors : lines).slice(-200)).slice(-most)
}
