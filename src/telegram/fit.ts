import { pieceLength } from './pieces.ts'
import type { Piece, Row } from './pieces.ts'

/** Makes pieces fit a limit before they become markup, so that no limit ever cuts markup. */

/** "… 312 more lines" */
type Note = (missing: number) => Row

const longestRow = 200

const total = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + pieceLength(piece), pieces.length - 1)

/** Output gives way first, folded before open, then quotes and lists; lines only in the end. */
const ranks: readonly ((piece: Piece) => boolean)[] = [
  (piece) => piece.kind === 'code' && piece.folded,
  (piece) => piece.kind === 'code',
  (piece) => piece.kind === 'quote' && piece.folded,
  (piece) => piece.kind === 'quote',
  (piece) => piece.kind === 'list',
]

/** The pieces in at most `limit` UTF-16 units; what is missing is said where it is missing. */
export function fit(pieces: readonly Piece[], limit: number, note: Note): readonly Piece[] {
  let fitted = pieces
  for (const gives of ranks) {
    for (let i = fitted.length - 1; i >= 0; i--) {
      const excess = total(fitted) - limit
      if (excess <= 0) return fitted
      const piece = fitted[i]
      if (piece && gives(piece)) fitted = fitted.with(i, shrink(piece, excess, note))
    }
  }
  return total(fitted) <= limit ? fitted : fitLines(fitted, limit, note)
}

/** The piece shorter by `excess`, or as short as it gets: its title and the note. */
function shrink(piece: Piece, excess: number, note: Note): Piece {
  const target = pieceLength(piece) - excess
  const narrow = { ...piece, rows: piece.rows.map((row) => row.within(longestRow)) }
  if (pieceLength(narrow) <= target) return narrow
  let kept = narrow.rows.length
  let room = pieceLength(narrow) + note(kept).length + 1
  while (kept > 0 && room > target) {
    const row =
      piece.kind === 'code' ? narrow.rows[narrow.rows.length - kept] : narrow.rows[kept - 1]
    room -= (row?.length ?? 0) + 1
    kept--
  }
  const missing = narrow.rows.length - kept
  const rows =
    kept === 0 ? [] : piece.kind === 'code' ? narrow.rows.slice(-kept) : narrow.rows.slice(0, kept)
  return { ...narrow, rows, note: note(missing) }
}

/** The last resort: data in the lines is cut, then lines go from the end. */
function fitLines(pieces: readonly Piece[], limit: number, note: Note): readonly Piece[] {
  const narrow = pieces.map((piece) => ({
    ...piece,
    rows: piece.rows.map((row) => row.within(longestRow)),
    ...(piece.title && { title: piece.title.within(longestRow) }),
  }))
  if (total(narrow) <= limit) return narrow
  // Some languages say a small number in a longer word than a large one.
  const room = limit - note(pieces.length).length - 16
  let kept = narrow.length
  while (kept > 0 && total(narrow.slice(0, kept)) > room) kept--
  const last: Piece = { kind: 'line', folded: false, rows: [note(narrow.length - kept)] }
  return [...narrow.slice(0, kept), last]
}
