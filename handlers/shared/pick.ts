import { t, verbatim } from '../../src/contract/message.ts'
import type { Button, Message, Text } from '../../src/contract/message.ts'

/** Offers of what there is, as buttons. */

export interface Choice {
  readonly label: Text | string
  /** `verb:argument` */
  readonly press: string
}

const perRow = 2
/** More than this nobody scrolls through on a phone; the rest can be typed. */
const mostButtons = 24

export const rowsOf = (choices: readonly Choice[]): Button[][] => {
  const buttons = choices.slice(0, mostButtons).map(({ label, press }): Button => ({
    label: typeof label === 'string' ? verbatim(label) : label,
    press,
  }))
  return Array.from({ length: Math.ceil(buttons.length / perRow) }, (_, row) =>
    buttons.slice(row * perRow, (row + 1) * perRow),
  )
}

/** A question with a button for each answer; what has no room is said. */
export function pick(question: Text, choices: readonly Choice[]): Message {
  const missing = choices.length - mostButtons
  const more = missing > 0 ? [{ line: t('pick-more', { n: missing }) }] : []
  return { blocks: [{ line: question }, ...more], buttons: rowsOf(choices) }
}

/** For a name that matches nothing: the nearest ones, a press away. */
export function notFound(name: string, nearest: readonly string[], verb: string): Message {
  if (nearest.length === 0) return { blocks: [{ line: t('not-found', { name }) }] }
  const choices = nearest.map((near) => ({ label: near, press: `${verb}:${keyOf(near)}` }))
  return pick(t('not-found-near', { name, near: nearest.join(', ') }), choices)
}

/** Leaves room for the longest verb in a button's 64 bytes. */
const longestKey = 40

/** A name as it fits into a button: itself, or a hash of it where it is too long. */
export function keyOf(name: string): string {
  if (new TextEncoder().encode(name).length <= longestKey) return name
  // FNV-1a, isthe.com/chongo/tech/comp/fnv
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return `#${(hash >>> 0).toString(16).padStart(8, '0')}`
}

/** The name that a button meant; undefined when it is no longer there. */
export const byKey = (names: readonly string[], key: string): string | undefined =>
  names.find((name) => keyOf(name) === key)
