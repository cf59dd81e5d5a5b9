import { Bot } from 'grammy'

/** A bot of grammY that does nothing but answer, or nothing at all. */

const { root, token } = JSON.parse(process.argv[2] ?? '')
process.on('disconnect', () => process.exit())
if (root !== undefined && token !== undefined) {
  const bot = new Bot(token, { client: { apiRoot: root } })
  bot.on('message:text', (context) => context.reply(context.message.text))
  void bot.start({ onStart: () => void process.send?.({}) })
} else process.send?.({})
