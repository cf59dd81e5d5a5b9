/** Looks that a terminal can give to text. */

/** SGR parameters, ECMA-48 8.3.117. */
const codes = {
  bold: '1',
  dim: '2',
  italic: '3',
  underline: '4',
  inverse: '7',
  strike: '9',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  cyan: '36',
  onRed: '41;97',
  onGreen: '42;97',
  onBlue: '44;97',
} as const

export type Look = keyof typeof codes

/** Text with looks; without colour the text as it is. */
export type Paint = (text: string, ...looks: readonly Look[]) => string

/** C0 and C1 controls: a message must not steer the terminal. ECMA-48 5.3 */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f]/g

/** Text that is safe to print: tabs become blanks, other controls a mark. */
export const printable = (text: string): string =>
  text.replaceAll('\t', '  ').replace(controls, '\u{fffd}')

export const createPaint =
  (colour: boolean): Paint =>
  (text, ...looks) =>
    !colour || looks.length === 0 || text === ''
      ? text
      : `\u001b[${looks.map((look) => codes[look]).join(';')}m${text}\u001b[0m`
