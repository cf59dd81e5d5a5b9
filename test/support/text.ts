import fc from 'fast-check'

const highest = 0x10_ffff
/** Halves of surrogate pairs, which are no characters by themselves: U+D800 to U+DFFF. */
const halves = { from: 0xd800, count: 0x800 }

const toCharacter = (index: number): string =>
  String.fromCodePoint(index < halves.from ? index : index + halves.count)

function toIndex(value: unknown): number {
  const [character = '', ...others] = typeof value === 'string' ? value : ''
  const code = character.codePointAt(0)
  if (code === undefined || others.length > 0 || !character.isWellFormed())
    throw new Error('this is not one character')
  return code < halves.from ? code : code - halves.count
}

/**
 * Any character of Unicode, as `unit: 'binary'` of `fc.string`, which keeps a table of all million
 * of them: that takes a second and 80 MB, in which every start of a process takes longer.
 */
export const character = fc.nat({ max: highest - halves.count }).map(toCharacter, toIndex)
