import type { Message, Update } from 'grammy/types'
import { parseAllowedUsers } from '../../config/people.ts'
import { OperatorError } from '../../contract/error.ts'
import { createSleep } from '../../telegram/sleep.ts'
import { BotFault } from './bot-api.ts'
import type { InitOutside } from './outside.ts'
import type { Bot } from './token.ts'

export interface Operators {
  /** The first is the admin. */
  readonly ids: readonly number[]
  /** Of the person at the keyboard, where they pressed Start just now. */
  readonly greeted?: string
}

/** Telegram's own limit of a long poll is 50 s. core.telegram.org/bots/api#getupdates */
const pollSeconds = 25
const pauseMs = 3_000
/** Long enough to install Telegram on a phone. */
const patienceMs = 15 * 60_000
const typed = /^\d{1,16}$/

/** Who may use the bot: as the environment says, or whoever presses Start with this run's own code. */
export async function findOperator(
  outside: InitOutside,
  bot: Bot,
  code: string,
): Promise<Operators> {
  const { questions, env } = outside
  const parsed = parseAllowedUsers(env['ALLOWED_USERS'] ?? '')
  const known = 'operators' in parsed ? parsed.operators.map(({ id }) => id) : []
  const list = known.join(', ')
  if (known.length > 0 && (await questions.confirm(`Keep ${list} as who may use it?`, true)))
    return { ids: known }
  if ('problem' in parsed) questions.say(`ALLOWED_USERS: ${parsed.problem}`)
  if (questions.silent)
    throw new OperatorError(
      'ALLOWED_USERS is not set',
      'Set it to your Telegram user id, or run init without --yes and press Start.',
    )
  const free = await freeTheWay(outside, bot)
  return meet(outside, bot, free ? code : null)
}

/** Whether messages can be read: not while Telegram delivers them elsewhere. */
async function freeTheWay({ questions }: InitOutside, { api }: Bot): Promise<boolean> {
  const hook = await api.webhook(questions.cancelled).catch(() => null)
  if (hook === null) return true
  questions.say(
    `This bot has a webhook: Telegram delivers what people write to ${hook}, so another program uses it.`,
  )
  if (!(await questions.confirm('Take it away from that program?', false))) return false
  await api.removeWebhook(questions.cancelled)
  return true
}

/** Waits for Start and for a typed id, whichever comes first. */
async function meet(outside: InitOutside, bot: Bot, code: string | null): Promise<Operators> {
  const { questions, clock } = outside
  const over = new AbortController()
  const timer = clock.after(patienceMs, () => over.abort())
  const cancel = (): void => over.abort()
  questions.cancelled.addEventListener('abort', cancel)
  if (code !== null) {
    questions.say('Open this link and press Start; the code in it proves that it is you:')
    questions.say(`  https://t.me/${bot.me.username}?start=${code}`)
    questions.say(`  (or write to @${bot.me.username}: /start ${code})`)
  }
  const pressed = code === null ? null : awaitStart(outside, bot, code, over.signal)
  try {
    const ways = [typedId(outside, over.signal), ...(pressed ? [pressed] : [])]
    const first = await firstOf(ways)
    questions.cancelled.throwIfAborted()
    if (first) return first
    throw new OperatorError(
      'Nobody pressed Start',
      'Run init again, or set ALLOWED_USERS to your Telegram user id.',
    )
  } finally {
    timer.cancel()
    over.abort()
    questions.cancelled.removeEventListener('abort', cancel)
    await pressed?.catch(() => null)
  }
}

/** The first that found somebody; null when none did. */
function firstOf(ways: readonly Promise<Operators | null>[]): Promise<Operators | null> {
  return new Promise((resolve, reject) => {
    let left = ways.length
    for (const way of ways)
      way.then((found) => {
        left -= 1
        if (found || left === 0) resolve(found)
      }, reject)
  })
}

async function typedId({ questions }: InitOutside, over: AbortSignal): Promise<Operators | null> {
  for (;;) {
    const line = await questions.ask('Waiting for Start … or type your Telegram user id:', {
      enough: over,
    })
    // The next line of a pipe answers the next question.
    if (line === null || (line === '' && !questions.interactive)) return null
    if (typed.test(line) && Number(line) > 0) return { ids: [Number(line)] }
    if (line !== '') questions.say('  A user id is a number, such as 123456789.')
  }
}

/** Reads the bot's messages until somebody sends the code; says what is in the way. */
async function awaitStart(
  outside: InitOutside,
  { api }: Bot,
  code: string,
  over: AbortSignal,
): Promise<Operators | null> {
  const { questions, clock } = outside
  const sleep = createSleep(clock)
  over.addEventListener('abort', sleep.wake)
  let offset: number | undefined
  let told = ''
  while (!over.aborted)
    try {
      const updates = await api.updates(offset, pollSeconds, over)
      const last = updates.at(-1)
      if (last) offset = last.update_id + 1
      const message = updates.map((update) => startedWith(update, code)).find((one) => one)
      if (!message?.from) continue
      const { id, first_name: name } = message.from
      // Confirms what was read: the bot shall not answer it again.
      await api.updates(offset, 0, over).catch(passOver)
      const greeting = outside.words.plain({ id: 'init-greeting', args: { name } })
      await api.send(id, greeting, over).catch(passOver)
      return { ids: [id], greeted: name }
    } catch (error) {
      if (over.aborted) return null
      if (!(error instanceof BotFault)) throw error
      const why = explain(error)
      if (why !== told) questions.say(`\n  ${why}`)
      told = why
      await sleep(pauseMs)
    }
  return null
}

/** Whoever pressed Start is known, whatever Telegram refuses after that. */
function passOver(error: unknown): void {
  if (!(error instanceof BotFault)) throw error
}

/** The message of a person alone with the bot who came by this run's link. */
function startedWith({ message }: Update, code: string): Message | null {
  const fits =
    message?.chat.type === 'private' &&
    message.forward_origin === undefined &&
    message.from !== undefined &&
    !message.from.is_bot &&
    message.text === `/start ${code}`
  return fits ? message : null
}

const explain = ({ is, message }: BotFault): string => {
  if (is === 'conflict')
    return 'Another program reads this bot’s messages. Stop it (a Mechanic that runs already?), or type your id.'
  if (is === 'webhook')
    return 'Somebody has just given this bot a webhook. Remove it, or type your id.'
  return `Telegram does not answer as it should (${message}); trying again.`
}
