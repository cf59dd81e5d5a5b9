import type { Block, Text } from '../contract/message.ts'
import { clean, clip, escapeHtml, plainOf } from './html.ts'
import type { Words } from './words.ts'

/** One line of a message: its HTML, and its length as Telegram counts it. */
export interface Row {
  readonly html: string
  readonly length: number
  /** The same in at most `max` UTF-16 units, its markup whole. */
  readonly within: (max: number) => Row
}

/** A block on its way to the chat. A title is never dropped; rows give way when room is short. */
export interface Piece {
  readonly kind: 'line' | 'list' | 'code' | 'quote'
  readonly folded: boolean
  readonly title?: Row
  readonly rows: readonly Row[]
  /** Says how many rows are missing. */
  readonly note?: Row
}

/** Data as a line. */
export function dataRow(text: string): Row {
  return {
    html: escapeHtml(text),
    length: text.length,
    within: (max) => (text.length <= max ? dataRow(text) : dataRow(clip(text, max))),
  }
}

const argLimits = [600, 200, 60, 20]

/** A text as a line. To shorten it, the data in it gives way before its own words do. */
export function textRow(text: Text, words: Words, prefix = ''): Row {
  const of = (longest: number): Row => {
    const html = prefix + words.html(text, longest)
    return { html, length: plainOf(html).length, within }
  }
  const whole = of(Infinity)
  function within(max: number): Row {
    if (whole.length <= max) return whole
    for (const longest of argLimits) {
      const row = of(longest)
      if (row.length <= max) return row
    }
    return dataRow(clip(plainOf(whole.html), max))
  }
  return whole
}

const bullet = '• '

/** Blocks as pieces, top to bottom; blocks without content leave nothing behind. */
export function piecesOf(blocks: readonly Block[], words: Words): readonly Piece[] {
  return blocks.map((block) => pieceOf(block, words)).filter((piece) => piece.rows.length > 0)
}

function pieceOf(block: Block, words: Words): Piece {
  if ('line' in block) return { kind: 'line', folded: false, rows: [textRow(block.line, words)] }
  if ('gap' in block) return { kind: 'line', folded: false, rows: [dataRow('')] }
  if ('list' in block) {
    const rows = block.list.map((text) => textRow(text, words, bullet))
    return { kind: 'list', folded: false, rows }
  }
  const folded = block.folded ?? false
  if ('quote' in block) {
    return { kind: 'quote', folded, rows: block.quote.map((text) => textRow(text, words)) }
  }
  const rows = block.code.flatMap((text) => clean(text).split('\n').map(dataRow))
  const title = block.title && textRow(block.title, words)
  return { kind: 'code', folded, rows, ...(title && { title }) }
}

/** The lines of a piece in the order shown. The newest lines of an output are the last: its head is cut. */
const shown = ({ kind, rows, note }: Piece): readonly Row[] =>
  note === undefined ? rows : kind === 'code' ? [note, ...rows] : [...rows, note]

/** Length in UTF-16 units without markup. */
export const pieceLength = (piece: Piece): number => {
  const rows = [...(piece.title ? [piece.title] : []), ...shown(piece)]
  return rows.reduce((sum, row) => sum + row.length, rows.length - 1)
}

/** HTML of a piece. */
export function pieceHtml(piece: Piece): string {
  const body = shown(piece)
    .map((row) => row.html)
    .join('\n')
  const title = piece.title ? `${piece.title.html}\n` : ''
  const open = piece.folded ? '<blockquote expandable>' : '<blockquote>'
  if (piece.kind === 'quote') return `${open}${body}</blockquote>`
  if (piece.kind !== 'code') return body
  return piece.folded
    ? `${open}${title}<code>${body}</code></blockquote>`
    : `${title}<pre>${body}</pre>`
}
