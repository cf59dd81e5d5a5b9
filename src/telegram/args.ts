import type { Arg, Text } from '../contract/message.ts'
import { spanText, valueText } from './format.ts'
import { clean, clip, escapeHtml } from './html.ts'
import { timeHtml } from './time.ts'
import type { TimeReader } from './time.ts'

export interface ArgReader extends TimeReader {
  /** Longest piece of data shown, in UTF-16 units. */
  readonly longest: number
  /** A nested text as HTML. */
  say(text: Text): string
}

/** One argument as HTML; a bare number stays one, so that texts can choose plural forms by it. */
export function argHtml(arg: Arg, reader: ArgReader): string | number {
  const data = (text: string) => escapeHtml(clip(clean(text), reader.longest))
  if (typeof arg === 'number') return arg
  if (typeof arg === 'string') return data(arg)
  if ('time' in arg) return timeHtml(arg.time, arg.style, reader)
  if ('span' in arg) return spanText(arg.span, reader.say)
  if ('unit' in arg) return valueText(arg.value, arg.unit, reader.say)
  if ('code' in arg) return `<code>${data(arg.code)}</code>`
  // No mark-up of a text goes over the end of a line.
  if ('head' in arg) return reader.say(arg.head).split('\n', 1).join('')
  return reader.say(arg)
}
