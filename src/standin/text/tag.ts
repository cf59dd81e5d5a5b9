import { decodeReference } from './charref.ts'
import { badRequest } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'

/** A start tag with its attributes, and the index right behind its `>`. */
export interface StartTag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly end: number
}

interface Value {
  readonly text: string
  readonly end: number
}

const known = new Set(
  'a b strong i em s strike del u ins tg-spoiler tg-emoji tg-time span pre code blockquote'.split(
    ' ',
  ),
)

// Telegram's idea of a blank is ASCII only; \s would take in U+00A0 and its kin.
export const notBlank = /[^ \t\r\n\v]/
export const endOfName = /[ \t\r\n\v>]/
const endOfKey = /[ \t\r\n\v=>/"']/

/** A parse error in Telegram's words; it counts UTF-8 bytes where JavaScript counts UTF-16 units. */
export function parseError(reason: string, source?: string, at?: number): Refusal {
  const place =
    source === undefined ? '' : ` at byte offset ${Buffer.byteLength(source.slice(0, at))}`
  return badRequest(`can't parse entities: ${reason}${place}`)
}

/** Index of the first character from `at` on that matches `stop`, or the length of the text. */
export function scan(source: string, at: number, stop: RegExp): number {
  const found = source.slice(at).search(stop)
  return found === -1 ? source.length : at + found
}

/**
 * Reads the start tag whose `<` is at `source[start]`.
 *
 * @throws Refusal `can't parse entities: …`
 */
export function readStartTag(source: string, start: number): StartTag {
  const nameEnd = scan(source, start + 1, endOfName)
  if (nameEnd === source.length) throw parseError('Unclosed start tag', source, start)
  const name = source.slice(start + 1, nameEnd).toLowerCase()
  if (!known.has(name)) throw parseError(`Unsupported start tag "${name}"`, source, start)
  const attributes = new Map<string, string>()
  let at = nameEnd
  for (;;) {
    at = scan(source, at, notBlank)
    if (source[at] === '>') return { name, attributes, end: at + 1 }
    at = readAttribute(source, at, { name, start, attributes })
  }
}

interface Owner {
  readonly name: string
  readonly start: number
  readonly attributes: Map<string, string>
}

function readAttribute(source: string, at: number, tag: Owner): number {
  const keyEnd = scan(source, at, endOfKey)
  if (keyEnd === at)
    throw parseError(`Empty attribute name in the tag "${tag.name}"`, source, tag.start)
  const key = source.slice(at, keyEnd)
  const next = scan(source, keyEnd, notBlank)
  const unclosed = () => parseError(`Unclosed start tag "${tag.name}"`, source, tag.start)
  if (next === source.length) throw unclosed()
  if (source[next] !== '=') {
    tag.attributes.set(key, '')
    return next
  }
  const begin = scan(source, next + 1, notBlank)
  if (begin === source.length) throw unclosed()
  const quoted = source[begin] === '"' || source[begin] === "'"
  const value = quoted ? readQuoted(source, begin) : readToken(source, begin)
  if (value.end >= source.length) throw parseError('Unclosed start tag', source, tag.start)
  tag.attributes.set(key, value.text)
  return value.end
}

/** An unquoted value: letters, digits, periods and hyphens, not case sensitive. */
function readToken(source: string, begin: number): Value {
  const end = scan(source, begin, /[^a-z0-9.-]/i)
  const after = source[end]
  if (after !== undefined && !endOfName.test(after)) {
    throw parseError('Unexpected end of name token', source, begin)
  }
  return { text: source.slice(begin, end).toLowerCase(), end }
}

function readQuoted(source: string, begin: number): Value {
  const quote = source[begin]
  let text = ''
  let at = begin + 1
  while (at < source.length && source[at] !== quote) {
    const decoded = source[at] === '&' ? decodeReference(source, at) : undefined
    text += decoded?.text ?? source[at]
    at = decoded?.end ?? at + 1
  }
  return { text, end: at + 1 }
}
