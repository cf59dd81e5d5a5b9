import { OperatorError } from '../../contract/error.ts'
import { BotFault } from './bot-api.ts'
import type { BotApi, Me } from './bot-api.ts'
import type { InitOutside } from './outside.ts'

export interface Bot {
  readonly token: string
  readonly me: Me
  readonly api: BotApi
  /** It was not in the environment before. */
  readonly fresh: boolean
}

const form = /^\d+:[\w-]{10,}$/
const mostWrong = 5
const botFather =
  'Talk to @BotFather in Telegram (https://t.me/BotFather), send /newbot, and copy the token it shows.'

/** A token that Telegram knows: the one in the environment, or one that is typed. */
export async function chooseBot(outside: InitOutside): Promise<Bot> {
  const { questions, env } = outside
  const known = env['BOT_TOKEN'] ?? ''
  if (known !== '') {
    const found = await identify(outside, known, false)
    if (found && (await questions.confirm(`Use @${found.me.username}?`, true))) return found
  }
  if (questions.silent)
    throw new OperatorError(
      known === '' ? 'BOT_TOKEN is not set' : 'BOT_TOKEN is not usable',
      'Set it to the token from @BotFather, or run init without --yes.',
    )
  questions.say(botFather)
  for (let wrong = 0; wrong < mostWrong; wrong++) {
    const token = await questions.ask('Bot token (not shown as you paste it):', { secret: true })
    if (token === null) break
    const found = await identify(outside, token, true)
    if (found) return found
  }
  throw new OperatorError('There is no bot token', botFather)
}

/** Who the bot is; null, with a word about it, when Telegram does not know the token. */
async function identify(outside: InitOutside, token: string, fresh: boolean): Promise<Bot | null> {
  const { questions, env, connect } = outside
  if (!form.test(token)) {
    questions.say(
      '  That is no bot token. One looks like 1234567890:AAE… – a number, a colon, letters.',
    )
    return null
  }
  const root = env['TELEGRAM_API_ROOT']
  const api = connect(token, root)
  for (;;)
    try {
      const me = await api.me(questions.cancelled)
      questions.say(`  ✅ ${me.name}, @${me.username}`)
      return { token, me, api, fresh }
    } catch (error) {
      if (!(error instanceof BotFault)) throw error
      const where = hostOf(root)
      if (error.is === 'refused') {
        questions.say(
          `  ❌ ${where} does not know this token (${error.message}). Copy it again, whole; /token at @BotFather shows it.`,
        )
        return null
      }
      questions.say(
        `  ❌ ${where} cannot be reached: ${error.message}. See whether this machine may reach it over HTTPS.`,
      )
      if (!questions.interactive || !(await questions.confirm('Try again?', true)))
        throw new OperatorError(
          `${where} cannot be reached: ${error.message}`,
          'A Bot API server of your own goes into TELEGRAM_API_ROOT.',
        )
    }
}

const hostOf = (root: string | undefined): string =>
  root ? (URL.parse(root)?.host ?? 'TELEGRAM_API_ROOT') : 'api.telegram.org'
