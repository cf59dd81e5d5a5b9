/** Characters of a line that make its pattern, and of the pattern itself. */
const looked = 1000
const longestPattern = 200

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec'

/**
 * What varies between two tellings of the same thing, in the order in which it is looked for. Each is
 * bounded in length, or begins only where a run of its characters does, so that folding is linear.
 */
const parts: readonly (readonly [string, string])[] = [
  [
    String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?)?`,
    '<time>',
  ],
  [
    String.raw`\b\d\d?\/(?:${months})\/\d{4}(?::\d\d:\d\d:\d\d(?: [+-]\d{4})?)?|\b(?:${months}) {1,2}\d\d? \d\d:\d\d:\d\d|\b\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?`,
    '<time>',
  ],
  [String.raw`\b[a-zA-Z][a-zA-Z0-9+.-]{1,15}:\/\/[^\s"'<>]{1,1000}`, '<url>'],
  [
    String.raw`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`,
    '<id>',
  ],
  [String.raw`(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}`, '<email>'],
  [String.raw`\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b`, '<ip>'],
  [
    String.raw`(?<![\w:])\[?(?=[0-9a-fA-F:]{0,40}[0-9a-fA-F])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?:\]:\d{1,5}|\])?(?![\w:])`,
    '<ip>',
  ],
  [String.raw`"(?:[^"\\]|\\.){0,500}"|(?<!\w)'[^']{0,500}'(?!\w)|` + '`[^`]{0,500}`', '<text>'],
  [
    String.raw`(?<![\w<>/~.])(?:~|\.{1,2})?(?:\/[\w.@%+,:=~$-]{1,255}){1,40}(?<![.,:=])\/?`,
    '<path>',
  ],
  [String.raw`\b[A-Za-z]:\\[^\s"'<>|]{1,255}`, '<path>'],
  [String.raw`\b0[xX][0-9a-fA-F]{1,64}\b`, '<hex>'],
  [String.raw`\b(?=[a-fA-F]{0,40}\d)(?=\d{0,40}[a-fA-F])[0-9a-fA-F]{8,128}\b`, '<hex>'],
  [
    String.raw`(?<![A-Za-z0-9])(?=[A-Za-z]{1,40}\d[A-Za-z]{0,40}\d|\d{1,40}[A-Za-z])[A-Za-z0-9]{12,128}(?![A-Za-z0-9])`,
    '<id>',
  ],
  [
    String.raw`(?:(?<![\w<])[+-])?\d{1,40}(?:[.,:]\d{1,40}){0,9}(?: ?(?:[num\u00b5]?s|min|[hd]|[kKMGTP]i?B|B|%)(?![\w-]))?`,
    '<n>',
  ],
]

const anything = new RegExp(parts.map(([source]) => `(${source})`).join('|'), 'g')
const names = parts.map(([, name]) => name)

/** The name of the part that matched: the index of its group, of the only one that is set. */
const nameOf = (_: string, ...groups: readonly unknown[]): string =>
  names[groups.findIndex((group) => group !== undefined)] ?? ''

/** Several of a kind in a row are as variable as one. */
const repeated = /(<[a-z]{1,5}>)(?:[\s,;|]{0,3}\1)+/g

/**
 * A line as a pattern: times, addresses, URLs, ids, quoted texts, paths, numbers and durations become
 * placeholders, so that thousands of lines become a few patterns. Pure, linear, at most 200 characters.
 */
export function foldLine(line: string): string {
  const folded = line
    .slice(0, looked)
    .replace(anything, nameOf)
    .replace(repeated, '$1')
    .replace(/\s+/g, ' ')
    .trim()
  return folded.slice(0, longestPattern)
}
