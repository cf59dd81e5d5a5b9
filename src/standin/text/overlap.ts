import type { MessageEntity } from 'grammy/types'

const ranks = [
  'blockquote expandable_blockquote',
  'pre',
  'code',
  'text_link text_mention',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'custom_emoji date_time',
]
const splittable = /^(?:bold|italic|underline|strikethrough|spoiler)$/
const quote = /blockquote$/
const code = /^(?:code|pre)$/

/**
 * Puts entities into Telegram's order (outer before inner) and applies its rules of nesting: nothing is formatted inside
 * `code` and `pre`, and no quotation stands inside another. core.telegram.org/bots/api#formatting-options
 */
export function settle(entities: readonly MessageEntity[]): readonly MessageEntity[] {
  const sorted = entities.toSorted(compare)
  const kept: MessageEntity[] = []
  for (const entity of sorted) {
    const allowed = !kept.some((outer) => excludes(outer, entity))
    if (allowed) kept.push(entity)
  }
  const blocks = kept.filter((entity) => code.test(entity.type))
  return kept.flatMap((entity) => cutOut(entity, blocks)).toSorted(compare)
}

/** Negative when `a` comes first: earlier, then longer, then by kind. */
function compare(a: MessageEntity, b: MessageEntity): number {
  return a.offset - b.offset || b.length - a.length || rank(a) - rank(b)
}

function rank(entity: MessageEntity): number {
  return ranks.findIndex((kinds) => kinds.split(' ').includes(entity.type))
}

function excludes(outer: MessageEntity, inner: MessageEntity): boolean {
  const inside = inner.offset + inner.length <= outer.offset + outer.length
  if (!inside) return false
  return code.test(outer.type) || (quote.test(outer.type) && quote.test(inner.type))
}

/** What is left of a style around the code blocks in its range. */
function cutOut(entity: MessageEntity, blocks: readonly MessageEntity[]): readonly MessageEntity[] {
  if (!splittable.test(entity.type)) return [entity]
  const end = entity.offset + entity.length
  const parts: MessageEntity[] = []
  let from = entity.offset
  for (const block of blocks) {
    if (block.offset >= end || block.offset + block.length <= from) continue
    if (block.offset > from) parts.push({ ...entity, offset: from, length: block.offset - from })
    from = block.offset + block.length
  }
  if (from < end) parts.push({ ...entity, offset: from, length: end - from })
  return parts
}
