/** Names that a pattern of glob(7) matches, for files that are made to be matched. */

const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-.')

/** The first `{a,b}`s taken, innermost first. */
function firstOfBraces(pattern: string): string {
  let one = pattern
  for (let last = ''; one !== last;) {
    last = one
    one = one.replace(/\{([^{},]*),[^{}]*\}/, '$1')
  }
  return one
}

/** A character of a class such as `[a-z]` or `[!0-9]`; undefined when it has none of the usual ones. */
function oneOf(inside: string): string | undefined {
  const [, not, set = ''] = /^([!^]?)(.*)$/s.exec(inside) ?? []
  const ranges = [...set.matchAll(/(.)-(.)|(.)/gs)]
  const holds = (char: string): boolean =>
    ranges.some(([, from, to, single]) =>
      single === undefined ? char >= (from ?? '') && char <= (to ?? '') : char === single,
    )
  return letters.find((char) => holds(char) === (not === ''))
}

/** One segment with `tag` for each `*`; undefined when no name of usual letters would match. */
function nameFor(segment: string, tag: string): string | undefined {
  let name = ''
  for (let at = 0; at < segment.length; at += 1) {
    const char = segment.charAt(at)
    const close = char === '[' ? segment.indexOf(']', at + 2) : -1
    if (close > 0) {
      const member = oneOf(segment.slice(at + 1, close))
      if (member === undefined) return undefined
      name += member
      at = close
    } else name += char === '*' ? tag : char === '?' ? 'x' : char
  }
  return name
}

const isWild = (segment: string): boolean => /[*?[]/.test(segment)

/** A pattern moved into another directory, and the names it matches there. */
export interface Moved {
  readonly pattern: string
  /** It matches as many names as there are tags, not only one. */
  readonly many: boolean
  /** Goes down to any depth, so that it matches what is inside of its matches too. */
  readonly deep: boolean
  /** A path that it matches; undefined when none can be made up. */
  path(tag: string): string | undefined
}

/** The same text where none of its characters means anything. */
const literal = (path: string): string => path.replace(/[*?[{]/g, '[$&]')

/** Keeps what a pattern says from its first wildcard on, below `directory` instead of where it was. */
export function movedInto(directory: string, pattern: string): Moved {
  const all = firstOfBraces(pattern)
    .split('/')
    .filter((part) => part !== '')
  const wild = all.findIndex(isWild)
  const tail = all.slice(wild < 0 ? -1 : wild)
  if (tail.at(-1) === '**') tail.push('*')
  const plain = tail.filter((part) => part !== '**')
  return {
    pattern: [literal(directory), ...tail].join('/'),
    many: (plain.at(-1) ?? '').includes('*'),
    deep: plain.length < tail.length,
    path(tag) {
      const names = plain.map((part, at) => nameFor(part, at === plain.length - 1 ? tag : 'x'))
      return names.every((name) => name !== undefined) ? [directory, ...names].join('/') : undefined
    },
  }
}
