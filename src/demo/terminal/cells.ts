import type { MessageEntity } from 'grammy/types'
import type { Look, Paint } from './paint.ts'
import { printable } from './paint.ts'
import { graphemes, widthOf } from './width.ts'

/** One character as it will stand in the terminal. */
export interface Cell {
  readonly text: string
  readonly width: number
  readonly looks: readonly Look[]
}

/** One line of a message before it is wrapped. */
export interface Line {
  readonly cells: readonly Cell[]
  /** Its text alone, to compare versions by. */
  readonly text: string
  /** The quote that it belongs to, by its place among the entities. */
  readonly quote: number | null
  /** The quote is shown folded until somebody opens it. */
  readonly folds: boolean
}

/** core.telegram.org/bots/api#messageentity */
const looksOf: Readonly<Partial<Record<MessageEntity['type'], readonly Look[]>>> = {
  bold: ['bold'],
  italic: ['italic'],
  underline: ['underline'],
  strikethrough: ['strike'],
  code: ['cyan'],
  pre: ['cyan'],
  text_link: ['underline', 'blue'],
  url: ['underline', 'blue'],
  bot_command: ['blue'],
}

const cellsOf = (text: string, looks: readonly Look[]): readonly Cell[] =>
  graphemes(printable(text)).map((one) => ({ text: one, width: widthOf(one), looks }))

const end = ({ offset, length }: MessageEntity): number => offset + length

/** Where a link leads stands behind it, for those who cannot click. */
const targets = (entities: readonly MessageEntity[], at: number, label: string): string =>
  entities
    .flatMap((one) => (one.type === 'text_link' && end(one) === at ? [one.url] : []))
    .filter((url) => url !== label)
    .map((url) => ` (${url})`)
    .join('')

/** The characters of `text` from one offset to another, each with the looks its entities give it. */
function styled(
  text: string,
  entities: readonly MessageEntity[],
  from: number,
  to: number,
): readonly Cell[] {
  const within = (place: number): boolean => place > from && place < to
  const cuts = entities.flatMap((one) => [one.offset, end(one)]).filter(within)
  const places = [from, ...new Set(cuts.toSorted((a, b) => a - b)), to]
  return places.slice(1).flatMap((until, i) => {
    const start = places[i] ?? from
    const here = entities.filter((one) => one.offset <= start && end(one) >= until)
    const looks = here.flatMap((one) => looksOf[one.type] ?? [])
    const part = text.slice(start, until)
    return [
      ...cellsOf(part, [...new Set(looks)]),
      ...cellsOf(targets(entities, until, part), ['dim']),
    ]
  })
}

/** The lines of a message with their looks; offsets of entities are UTF-16 units, as Telegram counts. */
export function linesOf(text: string, entities: readonly MessageEntity[]): readonly Line[] {
  let from = 0
  return text.split('\n').map((line) => {
    const to = from + line.length
    const start = from
    const quote = entities.findIndex(
      (one) => one.type.endsWith('blockquote') && one.offset <= start && end(one) >= to,
    )
    const cells = styled(text, entities, from, to)
    from = to + 1
    const folds = entities[quote]?.type === 'expandable_blockquote'
    return { cells, text: line, quote: quote < 0 ? null : quote, folds }
  })
}

/** Cells as text with escape sequences; neighbours of the same looks share one. */
export function paintCells(cells: readonly Cell[], paint: Paint): string {
  let out = ''
  let run = ''
  let looks: readonly Look[] = []
  for (const cell of cells) {
    if (cell.looks.join() !== looks.join()) {
      out += paint(run, ...looks)
      run = ''
      looks = cell.looks
    }
    run += cell.text
  }
  return out + paint(run, ...looks)
}

/** Breaks a line between words, and within one that is wider than the terminal. */
export function wrap(cells: readonly Cell[], width: number): readonly (readonly Cell[])[] {
  const rows: Cell[][] = []
  let row: Cell[] = []
  let used = 0
  for (const cell of cells) {
    if (used + cell.width > width && row.length > 0) {
      const blank = row.findLastIndex(({ text }) => text === ' ')
      const cut = blank > 0 ? blank + 1 : row.length
      rows.push(row.slice(0, cut))
      row = row.slice(cut)
      used = row.reduce((sum, one) => sum + one.width, 0)
    }
    row.push(cell)
    used += cell.width
  }
  return [...rows, row]
}
