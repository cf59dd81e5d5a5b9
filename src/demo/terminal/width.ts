/** Columns that text takes in a terminal. */

const segmenter = new Intl.Segmenter('en')

/** Marks, joiners and variation selectors have no column of their own. */
const nothing = /^[\p{Mn}\p{Me}\p{Cf}]+$/u
/** Shown as pictures: two columns. Unicode TR 51. */
const picture = /^\p{Emoji_Presentation}|^\p{Extended_Pictographic}\u{fe0f}/u
/** The blocks that are wide or full-width. Unicode Annex 11. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u

/** What a person takes for one character each. */
export const graphemes = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment)

/** Of one grapheme: 0, 1 or 2. */
export function widthOf(grapheme: string): number {
  if (nothing.test(grapheme)) return 0
  return picture.test(grapheme) || wide.test(grapheme) ? 2 : 1
}

/** Of a text without line breaks and escape sequences. */
export const textWidth = (text: string): number =>
  graphemes(text).reduce((sum, grapheme) => sum + widthOf(grapheme), 0)
