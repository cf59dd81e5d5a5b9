import type { InlineKeyboardButton } from 'grammy/types'
import { t } from '../contract/message.ts'
import type { Attachment, Message } from '../contract/message.ts'
import { fit } from './fit.ts'
import { clean, plainOf } from './html.ts'
import { keyboardOf } from './keyboard.ts'
import { pieceHtml, piecesOf, textRow } from './pieces.ts'
import type { Piece } from './pieces.ts'
import type { Words } from './words.ts'

/** core.telegram.org/bots/api#sendmessage and #senddocument: UTF-16 units after parsing. */
export const textLimit = 4096
export const captionLimit = 1024

export interface Rendered {
  readonly html: string
  /** The same without markup, for when that is refused. */
  readonly plain: string
  readonly keyboard: InlineKeyboardButton[][]
  readonly file?: { readonly name: string; readonly bytes: Buffer }
  readonly faults: readonly string[]
}

export interface RenderOptions {
  /** Told much later than it happened: say so, with the time it is about. */
  readonly late: boolean
}

/** A message as what Telegram accepts: within its limits, markup whole, never empty. */
export function render(message: Message, words: Words, options: RenderOptions): Rendered {
  const limit = message.file ? captionLimit : textLimit
  const late = options.late && message.about !== undefined ? [lateNote(message.about, words)] : []
  const note = (missing: number) => textRow(t('more-lines', { n: missing }), words)
  const pieces = fit([...late, ...piecesOf(message.blocks, words)], limit, note)
  const html = pieces.map(pieceHtml).join('\n')
  const plain = plainOf(html)
  const keyboard = keyboardOf(message.buttons ?? [], words)
  const blank = plain.trim() === '' && !message.file
  return {
    html: blank ? '—' : html,
    plain: blank ? '—' : plain,
    keyboard: keyboard.rows,
    ...(message.file && { file: fileOf(message.file) }),
    faults: keyboard.faults,
  }
}

const lateNote = (about: number, words: Words): Piece => ({
  kind: 'line',
  folded: false,
  rows: [textRow(t('late-note', { time: { time: about } }), words)],
})

/** Far below the 50 MB a bot may send; more than anybody reads on a phone. */
const largestFile = 4 * 2 ** 20

function fileOf({ name, text }: Attachment): { name: string; bytes: Buffer } {
  const kept = text.length > largestFile ? `…\n${text.slice(-largestFile)}` : text
  // Telegram refuses a file without content.
  const bytes = Buffer.from(clean(kept) || '\n')
  return { name: name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(-100) || 'file.txt', bytes }
}
