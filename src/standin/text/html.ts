import type { MessageEntity } from 'grammy/types'
import { decodeReference } from './charref.ts'
import { codeBlockOf, draftOf } from './entity.ts'
import type { Draft } from './entity.ts'
import { settle } from './overlap.ts'
import { endOfName, notBlank, parseError, readStartTag, scan } from './tag.ts'
import type { StartTag } from './tag.ts'

/** Text without markup, and what the markup said; offsets and lengths in UTF-16 code units. */
export interface Formatted {
  readonly text: string
  readonly entities: readonly MessageEntity[]
}

interface Open {
  readonly tag: StartTag
  readonly offset: number
}

interface Progress {
  readonly source: string
  readonly open: Open[]
  readonly drafts: Draft[]
  text: string
  at: number
}

/**
 * Parses Telegram's HTML style as its server does: only its own tags, which must nest and close; an `&` that begins no
 * reference stays as it is. core.telegram.org/bots/api#html-style
 *
 * @throws Refusal `can't parse entities: …`, with the byte offset
 */
export function parseHtml(source: string): Formatted {
  const progress: Progress = { source, open: [], drafts: [], text: '', at: 0 }
  while (progress.at < source.length) step(progress)
  const unclosed = progress.open.at(-1)
  if (unclosed !== undefined) {
    throw parseError(`Can't find end tag corresponding to start tag "${unclosed.tag.name}"`)
  }
  if (!progress.text.isWellFormed()) {
    throw parseError(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    )
  }
  return { text: progress.text, entities: settle(progress.drafts.map((draft) => draft.entity)) }
}

function step(progress: Progress): void {
  const { source, at } = progress
  if (source[at] === '<') {
    if (source[at + 1] === '/') closeTag(progress)
    else openTag(progress)
    return
  }
  const decoded = source[at] === '&' ? decodeReference(source, at) : undefined
  progress.at = decoded?.end ?? scan(source, at + 1, /[&<]/)
  progress.text += decoded?.text ?? source.slice(at, progress.at)
}

function openTag(progress: Progress): void {
  const tag = readStartTag(progress.source, progress.at)
  if (tag.name === 'span' && tag.attributes.get('class') !== 'tg-spoiler') {
    throw parseError('Tag "span" must have class "tg-spoiler"', progress.source, progress.at)
  }
  progress.open.push({ tag, offset: progress.text.length })
  progress.at = tag.end
}

function closeTag(progress: Progress): void {
  const { source, at } = progress
  const opened = progress.open.pop()
  if (opened === undefined) throw parseError('Unexpected end tag', source, at)
  const nameEnd = scan(source, at + 2, endOfName)
  const name = source.slice(at + 2, nameEnd).toLowerCase()
  const end = scan(source, nameEnd, notBlank)
  if (source[end] !== '>') throw parseError('Unclosed end tag', source, at)
  if (name !== '' && name !== opened.tag.name) {
    const place = `Unmatched end tag at byte offset ${Buffer.byteLength(source.slice(0, at))}`
    throw parseError(`${place}, expected "</${opened.tag.name}>", found "</${name}>"`)
  }
  progress.at = end + 1
  addEntity(progress, opened)
}

function addEntity(progress: Progress, { tag, offset }: Open): void {
  const inside = progress.text.slice(offset)
  if (inside === '') return
  const next = draftOf(tag, inside, offset)
  if (next === undefined) return
  const whole = codeBlockOf(progress.drafts.at(-1), next)
  if (whole !== undefined) progress.drafts.pop()
  progress.drafts.push(whole ?? next)
}
