import type { MessageEntity } from 'grammy/types'
import { badRequest } from '../refusal.ts'
import { given, integer, list, nested, string } from '../params.ts'
import type { Params } from '../params.ts'
import { parseHtml } from './html.ts'
import type { Formatted } from './html.ts'
import { settle } from './overlap.ts'

const sourceBytes = 32_768
const textUnits = 4096
const captionUnits = 1024

/**
 * The `text` of a message, parsed. core.telegram.org/bots/api#sendmessage: 1 to 4096 UTF-16 units after entities parsing.
 *
 * @throws Refusal when it is empty, too long or wrongly marked up
 */
export function textOf(params: Params): Formatted {
  const source = string(params, 'text')
  if (source === '') throw badRequest('message text is empty')
  const formatted = format(source, params, 'entities')
  if (formatted.text.trim() === '') throw badRequest('text must be non-empty')
  if (formatted.text.length > textUnits) throw badRequest('message is too long')
  return formatted
}

/** The optional `caption` of a file, parsed: at most 1024 UTF-16 units. core.telegram.org/bots/api#senddocument */
export function captionOf(params: Params): Formatted {
  const formatted = format(string(params, 'caption'), params, 'caption_entities')
  if (formatted.text.length > captionUnits) throw badRequest('message caption is too long')
  return formatted
}

function format(source: string, params: Params, entitiesKey: string): Formatted {
  if (!source.isWellFormed()) throw badRequest('strings must be encoded in UTF-8')
  if (Buffer.byteLength(source) > sourceBytes) throw badRequest('text is too long')
  const cleaned = clean(source)
  const mode = string(params, 'parse_mode').toLowerCase()
  if (mode === 'html') return trim(parseHtml(cleaned))
  // The house writes HTML; Markdown from it would be a slip that has to show.
  if (mode !== '' && mode !== 'none') throw badRequest('unsupported parse_mode')
  const entities = given(params, entitiesKey) ? list(params, entitiesKey).map(readEntity) : []
  return trim({ text: cleaned, entities: settle(entities) })
}

/** Drops what Telegram drops (returns, line separators, direction marks); other controls become blanks. */
function clean(source: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return source.replace(/[\r\u2028-\u202e]/g, '').replace(/[\0-\t\v\f\x0e-\x1f]/g, ' ')
}

/** Cuts blanks off the end, and off the start as far as no entity begins there. */
function trim({ text, entities }: Formatted): Formatted {
  let end = text.length
  while (/[ \n]/.test(text.charAt(end - 1))) end -= 1
  const lead = /^[ \n]*/.exec(text.slice(0, end))?.[0].length ?? 0
  const start = Math.min(lead, ...entities.map((entity) => entity.offset))
  const within = entities.flatMap((entity) => {
    const length = Math.min(entity.offset + entity.length, end) - entity.offset
    return length > 0 ? [{ ...entity, offset: entity.offset - start, length }] : []
  })
  return { text: text.slice(start, end), entities: within }
}

function readEntity(value: unknown): MessageEntity {
  const entity = nested(value)
  const range = [integer(entity, 'offset'), integer(entity, 'length')]
  if (string(entity, 'type') === '' || range.includes(undefined)) {
    throw badRequest("can't parse MessageEntity: type, offset and length are required")
  }
  if (range.some((bound) => Number(bound) < 0)) {
    throw badRequest('receive an entity with incorrect offset or length')
  }
  return value as MessageEntity
}
