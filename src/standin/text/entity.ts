import type { MessageEntity } from 'grammy/types'
import { checkedLink, mentionedUser } from './link.ts'
import { parseError } from './tag.ts'
import type { StartTag } from './tag.ts'

/** An entity on its way; `language` waits for the `pre` or `code` that makes a code block of the two. */
export interface Draft {
  readonly entity: MessageEntity
  readonly language: string
}

interface Range {
  readonly offset: number
  readonly length: number
}

const plain = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  code: 'code',
  pre: 'pre',
} as const

/**
 * What a closed tag says about the text inside it. Nothing (`undefined`) for a link that leads nowhere.
 *
 * @throws Refusal for a bad emoji identifier or date format
 */
export function draftOf(tag: StartTag, inside: string, offset: number): Draft | undefined {
  const entity = entityOf(tag, inside, { offset, length: inside.length })
  const language = /^language-(.+)$/s.exec(tag.attributes.get('class') ?? '')?.[1] ?? ''
  return entity && { entity, language: tag.name === 'code' ? language : '' }
}

/** `<pre><code class="language-x">` around the same text is one entity, in either order. */
export function codeBlockOf(inner: Draft | undefined, outer: Draft): Draft | undefined {
  if (inner === undefined) return undefined
  const { offset, length } = outer.entity
  if (inner.entity.offset !== offset || inner.entity.length !== length) return undefined
  const kinds = `${inner.entity.type} ${outer.entity.type}`
  const language = inner.language || outer.language
  if (language === '' || !(kinds === 'code pre' || kinds === 'pre code')) return undefined
  return { entity: { type: 'pre', offset, length, language }, language: '' }
}

function entityOf(tag: StartTag, inside: string, range: Range): MessageEntity | undefined {
  const { name, attributes } = tag
  switch (name) {
    case 'a':
      return linkOf(attributes.get('href') || inside, range)
    case 'blockquote':
      return {
        type: attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote',
        ...range,
      }
    case 'tg-emoji':
      return emojiOf(attributes.get('emoji-id') ?? '', range)
    case 'tg-time':
      return dateOf(attributes.get('unix') ?? '', attributes.get('format') ?? '', range)
    default:
      return { type: plain[name as keyof typeof plain], ...range }
  }
}

function linkOf(href: string, range: Range): MessageEntity | undefined {
  const id = mentionedUser(href)
  if (id !== undefined) {
    return { type: 'text_mention', user: { id, is_bot: false, first_name: '' }, ...range }
  }
  const url = checkedLink(href)
  return url === undefined ? undefined : { type: 'text_link', url, ...range }
}

function emojiOf(id: string, range: Range): MessageEntity {
  if (!/^[1-9]\d*$/.test(id)) throw parseError('Invalid custom emoji identifier specified')
  return { type: 'custom_emoji', custom_emoji_id: id, ...range }
}

function dateOf(unix: string, format: string, range: Range): MessageEntity | undefined {
  if (!/^(?:[rR]|[tTdDwW]*)$/.test(format)) throw parseError('Invalid date format used')
  const time = Number.parseInt(unix, 10)
  if (!(time > 0 && time < 2 ** 31)) return undefined
  return { type: 'date_time', unix_time: time, date_time_format: dateFormat(format), ...range }
}

type DateFormat = MessageEntity.DateTimeMessageEntity['date_time_format']

/** Telegram remembers which parts were asked for, not how they were spelled. */
function dateFormat(format: string): DateFormat {
  if (/^r$/i.test(format)) return 'r'
  const week = /w/i.test(format) ? 'w' : ''
  const date = format.includes('d') ? 'd' : format.includes('D') ? 'D' : ''
  const time = format.includes('t') ? 't' : format.includes('T') ? 'T' : ''
  return `${week}${date}${time}`
}
