import { expect } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { createButtons } from '../../src/demo/terminal/buttons.ts'
import type { Canvas } from '../../src/demo/terminal/message.ts'
import { createPaint } from '../../src/demo/terminal/paint.ts'
import { parseHtml } from '../../src/standin/text/html.ts'

export const at = new Date(2026, 0, 15, 14, 2, 11).getTime()

/** A message of the bot as the stand-in would store it; the texts are HTML, older versions first. */
export function message(
  html: string | readonly string[],
  more: Partial<StoredMessage> = {},
): StoredMessage {
  const markup = more.reply_markup
  const versions = [html].flat().map((source, place) => {
    const { text, entities } = parseHtml(source)
    return { at: at + place * 1000, text, entities, reply_markup: markup }
  })
  const { text = '', entities = [] } = versions.at(-1) ?? {}
  return {
    message_id: 7,
    chat: { id: 1001, type: 'private' },
    byBot: true,
    from: undefined,
    date: at / 1000,
    text,
    entities,
    reply_markup: markup,
    disable_notification: true,
    message_thread_id: undefined,
    reply_to: undefined,
    document: undefined,
    photo: undefined,
    pinned: false,
    versions,
    extra: {},
    ...more,
  }
}

export const keyboard = (
  ...labels: readonly string[]
): NonNullable<StoredMessage['reply_markup']> => ({
  inline_keyboard: [labels.map((text) => ({ text, callback_data: `do:${text}` }))],
})

export const canvas = (options: {
  readonly colour?: boolean
  readonly width?: number
}): Canvas => ({
  paint: createPaint(options.colour ?? false),
  width: () => options.width ?? Infinity,
  buttons: createButtons(),
})

/** Processes started from the directory of a demo, by its path in their command lines. */
export async function processesOf(directory: string): Promise<readonly string[]> {
  const processes = await createLocalHost('main', { clock: systemClock }).processes()
  return processes.map(({ command }) => command).filter((command) => command.includes(directory))
}

/** The lines that begin as these do are there, in this order. */
export function inOrder(output: string, beginnings: readonly string[]): void {
  let from = 0
  for (const beginning of beginnings) {
    const found = output.indexOf(`\n${beginning}`, from)
    expect(found, `${beginning} after ${output.slice(0, from)}`).toBeGreaterThanOrEqual(0)
    from = found + 1
  }
}
