import { TelegramServer } from 'telegram-test-api/lib/telegramServer.js'
import { systemClock } from '../../../src/host/clock.ts'
import { createStandin } from '../../../src/standin/standin.ts'
import { asha, failOn, watchFloods } from '../../support/bot.ts'

/** A message of the bot as Asha sees it. */
export interface Shown {
  readonly id: number
  readonly text: string
  readonly silent: boolean
  readonly buttons: readonly { readonly text: string; readonly data: string }[]
}

/** Asha's chat with the bot on some Bot API server. */
export interface Chat extends AsyncDisposable {
  readonly root: string
  readonly token: string
  /** Everything the bot has said, as it stands now, oldest first. */
  shown(): readonly Shown[]
  say(text: string): Promise<void>
  press(message: Shown, label: string): Promise<void>
}

type Markup = {
  readonly inline_keyboard?: readonly (readonly {
    readonly text: string
    readonly callback_data?: string
  }[])[]
}

const buttonsOf = (markup: Markup | undefined): Shown['buttons'] =>
  markup?.inline_keyboard
    ?.flat()
    .map(({ text, callback_data }) => ({ text, data: callback_data ?? '' })) ?? []

const dataOf = ({ buttons }: Shown, label: string): string => {
  const found = buttons.find(({ text }) => text === label)
  if (!found) throw new Error(`no button ${label}; there is ${JSON.stringify(buttons)}`)
  return found.data
}

/** The project's own. */
export async function standinChat(): Promise<Chat> {
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  const floods = watchFloods(standin)
  standin.addUser({ id: asha, name: 'Asha' })
  return {
    root: standin.root,
    token: standin.token,
    shown: () =>
      standin
        .messages(asha)
        .filter(({ byBot }) => byBot)
        .map((message) => ({
          id: message.message_id,
          text: message.text,
          silent: message.disable_notification,
          buttons: buttonsOf(message.reply_markup),
        })),
    say: async (text) => void standin.say(asha, text),
    press: async (message, label) =>
      void standin.forge(asha, asha, message.id, dataOf(message, label)),
    async [Symbol.asyncDispose]() {
      await standin.stop()
      failOn(floods)
    },
  }
}

const entities: readonly (readonly [RegExp, string])[] = [
  [/<[^>]+>/g, ''],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&quot;/g, '"'],
  [/&amp;/g, '&'],
]

/** The server keeps text as it was sent, with its markup. */
const plain = (text: string): string =>
  entities.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text)

/**
 * The one of `telegram-test-api`, which knows a few methods only and keeps no long poll open.
 *
 * @param port of this machine; it cannot choose one itself
 */
export async function testApiChat(port: number): Promise<Chat> {
  const token = '1000000001:telegram-test-api'
  const server = new TelegramServer({ port, host: '127.0.0.1', storeTimeout: 3_600 })
  await server.start()
  const client = server.getClient(token, { userId: asha, chatId: asha, firstName: 'Asha' })
  return {
    root: server.config.apiURL,
    token,
    shown: () =>
      server.storage.botMessages.map(({ messageId, message }) => ({
        id: messageId,
        text: plain(message.text),
        silent: message.disable_notification === true,
        buttons: buttonsOf(message.reply_markup as Markup | undefined),
      })),
    say: async (text) => void (await client.sendCommand(client.makeCommand(text))),
    async press(message, label) {
      const about = { message: { message_id: message.id } }
      await client.sendCallback(client.makeCallbackQuery(dataOf(message, label), about))
    },
    [Symbol.asyncDispose]: async () => void (await server.stop()),
  }
}
