import { formatSize } from '../../contract/units.ts'

/** Characters kept of the beginning and of the end of an output that is longer. */
const headRoom = 64 * 1024
const tailRoom = 512 * 1024

export type Clean = (text: string) => string

/** The output of a step in bounded memory, however much of it comes. */
export interface Transcript {
  add(text: string): void
  /** All that was kept, cleaned; what is missing is said where it is missing. */
  text(clean: Clean): string
  /** The last lines, at most `most`, of the last `room` characters, cleaned. */
  last(most: number, room: number, clean: Clean): readonly string[]
  /** Characters that ever came. */
  length(): number
}

/** Only whole lines are kept at a cut: of a secret that was cut in two nothing is known. */
const wholeLinesTo = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1)

const wholeLinesFrom = (text: string): string => {
  const first = text.indexOf('\n')
  return first < 0 ? '' : text.slice(first + 1)
}

const missing = (characters: number): string => `… ${formatSize(characters)} left out …\n`

/** Keeps the beginning and the end; what comes between them is dropped as it comes. */
export function createTranscript(head = headRoom, tail = tailRoom): Transcript {
  let first = ''
  let chunks: string[] = []
  let size = 0
  let length = 0

  const trim = (): string => {
    const all = chunks.join('')
    const kept = all.slice(Math.max(0, all.length - tail))
    chunks = [kept]
    size = kept.length
    return kept
  }

  return {
    add(text) {
      length += text.length
      const room = head - first.length
      const rest = room > 0 ? text.slice(room) : text
      if (room > 0) first += text.slice(0, room)
      if (rest === '') return
      chunks.push(rest)
      size += rest.length
      if (size > 2 * tail || chunks.length > 1024) trim()
    },
    text(clean) {
      const end = trim()
      if (first.length + end.length === length) return clean(first + end)
      const begin = wholeLinesTo(first)
      const last = wholeLinesFrom(end)
      return `${clean(begin)}${missing(length - begin.length - last.length)}${clean(last)}`
    },
    last(most, room, clean) {
      const kept = trim()
      const all = first.length + kept.length === length ? first + kept : kept
      const cut = all.length > room || all.length < length
      const end = cut ? wholeLinesFrom(all.slice(-room)) : all
      return clean(end)
        .split(/\r\n|\n|\r/)
        .filter((line) => line.trim() !== '')
        .slice(-most)
    },
    length: () => length,
  }
}

/** A clean text in at most `room` characters: its beginning, and more of its end. */
export function shortened(text: string, room: number): string {
  if (text.length <= room) return text
  const begin = wholeLinesTo(text.slice(0, Math.floor(room / 8)))
  const end = wholeLinesFrom(text.slice(-Math.floor((room * 3) / 4)))
  return `${begin}${missing(text.length - begin.length - end.length)}${end}`
}
