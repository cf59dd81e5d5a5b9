import { stripVTControlCharacters } from 'node:util'

/** Data made fit for a chat: no terminal colours, control characters or halves of surrogate pairs. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- removing them is the point
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .toWellFormed()

/** Text for Telegram's HTML style: core.telegram.org/bots/api#html-style */
export const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

/** At most `max` UTF-16 units, never half a character; what was cut ends in an ellipsis. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  if (max <= 0) return ''
  const end = max - 1
  const last = text.charCodeAt(end - 1)
  const halfPair = last >= 0xd800 && last <= 0xdbff
  return `${text.slice(0, halfPair ? end - 1 : end)}…`
}

const references: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&amp;': '&',
}

/** What Telegram shows of our own HTML, which is what its length limits count. */
export const plainOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|amp);/g, (reference) => references[reference] ?? reference)
