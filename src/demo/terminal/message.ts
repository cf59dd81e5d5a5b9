import type { StoredMessage } from '../../standin/standin.ts'
import { formatSize } from '../../contract/units.ts'
import type { Buttons } from './buttons.ts'
import { linesOf, paintCells, wrap } from './cells.ts'
import type { Line } from './cells.ts'
import { printable } from './paint.ts'
import type { Look, Paint } from './paint.ts'
import { textWidth } from './width.ts'

/** How messages are put on the screen. */
export interface Canvas {
  readonly paint: Paint
  /** Columns; Infinity where nothing is to be wrapped. */
  width(): number
  readonly buttons: Buttons
}

const bar = ' │ '
/** Lines of a folded quote that Telegram shows before it is opened. */
const foldedLines = 3
const fileLines = 5

const timeOf = (at: number): string => new Date(at).toTimeString().slice(0, 8)

/** Lines of a folded quote beyond the first few give way to a note. */
function fold(lines: readonly Line[], canvas: Canvas): readonly (Line | string)[] {
  const seen = new Map<number, number>()
  const total = (quote: number): number => lines.filter((line) => line.quote === quote).length
  return lines.flatMap((line): (Line | string)[] => {
    if (line.quote === null || !line.folds) return [line]
    const count = (seen.get(line.quote) ?? 0) + 1
    seen.set(line.quote, count)
    if (count <= foldedLines) return [line]
    const more = total(line.quote) - foldedLines
    const note = `▎ ⌄ ${more} more line${more === 1 ? '' : 's'}: type more`
    return count === foldedLines + 1 ? [canvas.paint(note, 'dim')] : []
  })
}

function rowsOf(line: Line, { paint, width }: Canvas): readonly string[] {
  const mark = line.quote === null ? '' : paint('▎ ', 'cyan')
  const room = width() - textWidth(bar) - (line.quote === null ? 0 : 2)
  return wrap(line.cells, Math.max(20, room)).map((row) => mark + paintCells(row, paint))
}

const styles: Readonly<Record<string, readonly Look[]>> = {
  danger: ['onRed'],
  success: ['onGreen'],
  primary: ['onBlue'],
}

/** Buttons in their rows, each with the number that presses it. */
function buttonRows(message: StoredMessage, { paint, buttons }: Canvas): readonly string[] {
  return (message.reply_markup?.inline_keyboard ?? []).map((row) =>
    row
      .map(({ text, callback_data, url, style }) => {
        const label = printable(text)
        if (callback_data === undefined) return `${label} ↗ ${url ?? ''}`
        const number = buttons.number(message.message_id, text, callback_data)
        const looks = styles[style ?? ''] ?? []
        return `${paint(`[${number}]`, 'bold', 'yellow')} ${paint(label, 'bold', ...looks)}`
      })
      .join('   '),
  )
}

/** The file of a message: its name, its size, its first lines. */
function fileRows({ document, photo }: StoredMessage, { paint, width }: Canvas): readonly string[] {
  if (photo) return [`🖼  picture, ${formatSize(photo.bytes.length)}`]
  if (!document) return []
  const lines = new TextDecoder().decode(document.bytes).trimEnd().split('\n')
  const room = Math.max(20, width() - textWidth(bar) - 4)
  const head = lines.slice(0, fileLines).map((line) => {
    const [first = []] = wrap(linesOf(line, [])[0]?.cells ?? [], room)
    return paint(`  ${first.map(({ text }) => text).join('')}`, 'cyan')
  })
  const rest = lines.length - head.length
  return [
    `📎 ${paint(printable(document.name), 'bold')} · ${formatSize(document.bytes.length)}`,
    ...head,
    ...(rest > 0 ? [paint(`  … ${rest} more line${rest === 1 ? '' : 's'}`, 'dim')] : []),
  ]
}

const framed = (rows: readonly string[], { paint }: Canvas, look: Look): string =>
  rows.map((row) => paint(bar, look) + row).join('\n')

/** A message as a person sees it arrive. `open` unfolds what Telegram would show folded. */
export function showMessage(message: StoredMessage, canvas: Canvas, open = false): string {
  const { paint } = canvas
  const at = message.versions.at(-1)?.at ?? message.date * 1000
  const bell = message.disable_notification ? '🔕 silent' : paint('🔔 with sound', 'bold')
  const reply = message.reply_to === undefined ? '' : ` · ↩ in reply to message ${message.reply_to}`
  const about = paint(` · ${timeOf(at)} · message ${message.message_id}${reply} · `, 'dim')
  const lines = message.text === '' ? [] : linesOf(message.text, message.entities)
  const body = (open ? lines : fold(lines, canvas)).flatMap((line) =>
    typeof line === 'string' ? [line] : rowsOf(line, canvas),
  )
  const rows = [...fileRows(message, canvas), ...body, ...buttonRows(message, canvas)]
  return `${paint('Mechanic', 'bold', 'cyan')}${about}${bell}\n${framed(rows, canvas, 'cyan')}`
}

/** Lines that stood in the version before give way to a note, the headline aside. */
function changed(lines: readonly Line[], before: string, canvas: Canvas): readonly string[] {
  const old = new Set(before.split('\n'))
  const rows: string[] = []
  let same = 0
  const close = (): void => {
    if (same > 0) rows.push(canvas.paint(`⋮ ${same} line${same === 1 ? '' : 's'} as before`, 'dim'))
    same = 0
  }
  for (const [place, line] of lines.entries()) {
    if (place > 0 && old.has(line.text)) same += 1
    else {
      close()
      rows.push(...rowsOf(line, canvas))
    }
  }
  close()
  return rows
}

/** An edit as it is seen: which message, and what is new in it. */
export function showEdit(message: StoredMessage, canvas: Canvas): string {
  const { paint } = canvas
  const [before, now] = message.versions.slice(-2)
  const head = paint(`✎ Mechanic edited message ${message.message_id}`, 'yellow')
  const about = paint(` · ${timeOf(now?.at ?? message.date * 1000)}`, 'dim')
  const lines = linesOf(message.text, message.entities)
  const rows = [...changed(lines, before?.text ?? '', canvas), ...buttonRows(message, canvas)]
  return `${head}${about}\n${framed(rows, canvas, 'yellow')}`
}

/** What pops up over a pressed button. */
export const showAnswer = (text: string, { paint }: Canvas): string =>
  `${paint(' ╰─', 'dim')} ${paint(` ${printable(text)} `, 'inverse')}`
