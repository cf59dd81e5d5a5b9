/** Columns of a page's text. */
const width = 120

/** Words, and code between backticks, which is not broken. */
const parts = (text: string): readonly string[] => text.match(/(?:[^\s`]|`[^`]*`)+/g) ?? []

/** Text in lines of at most 120 columns; those after the first begin with `indent`. */
export function wrap(text: string, first = '', indent = first): string {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of parts(text)) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
      empty = true
    }
    line = empty ? `${line}${word}` : `${line} ${word}`
    empty = false
  }
  return [...lines, line].join('\n')
}

/** One item of a list, `depth` levels deep. */
export const item = (text: string, depth = 0): string => {
  const margin = '  '.repeat(depth)
  return wrap(text, `${margin}- `, `${margin}  `)
}

export const code = (text: string): string => `\`${text}\``

/** `a`, `b` and `c`. */
export function listed(words: readonly string[], last = 'and'): string {
  const end = words.at(-1) ?? ''
  return words.length < 2 ? end : `${words.slice(0, -1).join(', ')} ${last} ${end}`
}
