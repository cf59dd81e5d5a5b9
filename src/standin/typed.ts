import type { MessageEntity } from 'grammy/types'

const patterns = [
  ['bot_command', /(?<![\w/<>])\/\w{1,64}(?:@\w{3,32})?(?![\w/<>])/g],
  ['mention', /(?<!\w)@[a-z0-9_]{2,32}(?!\w)/gi],
  ['url', /(?<!\w)https?:\/\/[^\s<>"]+/gi],
] as const

/** The commands, mentions and links that Telegram marks in what a person types. core.telegram.org/bots/api#messageentity */
export function messageEntities(text: string): readonly MessageEntity[] {
  const found = patterns.flatMap(([type, pattern]) =>
    [...text.matchAll(pattern)].map((match) => ({
      type,
      offset: match.index,
      length: match[0].length,
    })),
  )
  return found.toSorted((a, b) => a.offset - b.offset)
}
