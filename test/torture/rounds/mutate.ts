import type { Dice } from '../dice.ts'

const pieces = [
  '',
  '\u0000',
  '\n\n',
  '\uFFFD',
  '{',
  ']',
  '"',
  '|',
  "'",
  ': ',
  '=',
  '-1',
  '1e400',
  'NaN',
  '99999999999999999999',
  '${PAGE_KEY}',
  '${DB_PASSWORD}',
  '${NOPE}',
  'file:/etc/shadow-of-nothing',
  '__proto__',
  'null',
  '&a *a',
  '<<: *a',
  '\t',
  '\r\n',
  '%s%n',
  '💥',
  'x'.repeat(5_000),
] as const

/** Cuts, doubles, swaps and replaces pieces of a text. */
export function mutate(dice: Dice, text: string): string {
  let changed = text
  for (let left = 1 + dice.below(4); left > 0; left--) {
    const at = dice.below(changed.length + 1)
    const length = dice.below(dice.once(4) ? 200 : 12)
    const cut = changed.slice(at, at + length)
    const other = dice.below(changed.length + 1)
    const instead = dice.pick([
      '',
      cut + cut,
      dice.pick(pieces),
      changed.slice(other, other + length),
      cut.toUpperCase(),
    ])
    changed = changed.slice(0, at) + instead + changed.slice(at + length)
  }
  return dice.once(12) ? changed.slice(0, dice.below(changed.length + 1)) : changed
}
