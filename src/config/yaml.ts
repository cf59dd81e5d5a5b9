import { LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { inOrder } from './issue.ts'
import type { Issue } from './issue.ts'
import { syntaxProblem } from './syntax.ts'
import { gather } from './tree.ts'
import type { Fault, Spot } from './tree.ts'

/** A YAML file as plain data, with the place of every key and value. */
export interface Source {
  readonly file: string
  readonly text: string
  /** Plain data, as written: nothing interpolated. null for an empty file. */
  readonly value: unknown
  /** By `pathKey`. */
  readonly spots: ReadonlyMap<string, Spot>
  /** Line and column, from 1, of an offset in the text. */
  place(offset: number): { readonly line: number; readonly col: number }
}

/** More than any honest configuration needs, and little enough to be read in a blink. */
const maxBytes = 1024 * 1024

/** Reads YAML 1.2. Everything wrong with its form is returned at once, nothing is thrown. */
export function readYaml(
  file: string,
  content: string | Uint8Array,
): { readonly source: Source } | { readonly issues: readonly Issue[] } {
  const whole = (message: string, line = 1, col = 1) => ({ issues: [{ file, line, col, message }] })
  if (content.length > maxBytes) return whole('larger than 1 MiB, expected a configuration file')
  const decoded = typeof content === 'string' ? { text: content } : decode(content)
  if ('line' in decoded) return whole('not UTF-8, expected a text file', decoded.line, decoded.col)
  const { text } = decoded
  const counter = new LineCounter()
  const place = (offset: number) => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), col: Math.max(col, 1) }
  }
  const document = compose(text, counter)
  if (document === undefined) return whole('nested too deeply, expected plain settings')
  const placed = (faults: readonly Fault[]) => ({
    issues: inOrder(faults.map(({ offset, message }) => ({ file, ...place(offset), message }))),
  })
  const errors = syntaxErrors(document, text, counter)
  if (errors.length > 0) return placed(errors)
  const tree = gather(document)
  if (tree.problems.length > 0) return placed(tree.problems)
  return { source: { file, text, value: tree.value, spots: tree.spots, place } }
}

/** undefined when the text is nested more deeply than the parser's stack reaches. */
function compose(text: string, lineCounter: LineCounter): Document | undefined {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' })
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function decode(bytes: Uint8Array): { text: string } | { line: number; col: number } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    const good = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\uFFFD', 1)[0]
    const lines = (good ?? '').split('\n')
    return { line: lines.length, col: (lines.at(-1) ?? '').length + 1 }
  }
}

/** The first error of each line: what follows on it is the parser trying to make sense of the rest. */
function syntaxErrors(document: Document, text: string, counter: LineCounter): readonly Fault[] {
  const lines = new Set<number>()
  return [...document.errors, ...document.warnings]
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .filter(({ pos }) => {
      const { line } = counter.linePos(pos[0])
      return !lines.has(line) && lines.add(line)
    })
    .map((error) => ({ offset: error.pos[0], message: syntaxProblem(error, text) }))
}
