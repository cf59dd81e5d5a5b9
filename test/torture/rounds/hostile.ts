import { setTimeout as sleep } from 'node:timers/promises'
import type { Arena } from '../arena.ts'
import type { Dice } from '../dice.ts'
import { asha, ben, eve, viv } from '../people.ts'
import type { Kind } from '../round.ts'
import { anyActs, perform } from '../trouble.ts'

type Json = Readonly<Record<string, unknown>>

const count = 700
const kinds = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'callback_query',
  'my_chat_member',
  'inline_query',
  'poll',
  '__proto__',
] as const

const texts = [
  '/status',
  '/restart web; reboot',
  '/silence gate 999999999999h',
  '/silence all -1h',
  '/silence __proto__ 1h',
  '/ack ../../etc/passwd',
  '/logs web 1e99',
  '/logs web NaN',
  '/status@another_bot',
  '/history 99999999',
  '/start yes:AAAA',
  '\u202e/status\u0000\u0007',
  '<b>&lt;unclosed',
  '/unsilence constructor',
  '/checks 💥💥💥',
] as const

const callbacks = [
  '',
  ':',
  'yes:',
  'yes:AAAAAAAAAAAA',
  'no:../..',
  'ack:-1',
  'ack:NaN',
  'ack:1e400',
  'details:99999999999999999999',
  'silence:1',
  'restart:web',
  'pick-restart:__proto__',
  'silence-for:gate:99999h',
  'unsilence:constructor',
  'toString:',
  '\u0000',
] as const

/** Instead of any value. */
const odd = (dice: Dice): unknown =>
  dice.pick<unknown>([
    null,
    -1,
    1e308,
    NaN,
    '',
    'x'.repeat(5_000),
    [],
    {},
    true,
    [[[]]],
    { id: {} },
  ])

/** Replaces one field somewhere by something else, or takes it away. */
function spoil(dice: Dice, value: Json): Json {
  const keys = Object.keys(value)
  const key = keys[dice.below(Math.max(1, keys.length))]
  if (key === undefined) return value
  const inner = value[key]
  const deeper = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
  if (deeper && !dice.once(4)) return { ...value, [key]: spoil(dice, inner as Json) }
  const { [key]: _, ...rest } = value
  return dice.once(3) ? rest : { ...rest, [key]: odd(dice) }
}

const giant = (dice: Dice): string => dice.pick(['/status ', 'a', '😀', '\n']).repeat(4_000)

function messageBy(dice: Dice, who: number): Json {
  const text = dice.once(6) ? giant(dice) : dice.pick(texts)
  const command = /^\/\w+/.exec(text)?.[0].length ?? 1
  const now = Math.floor(Date.now() / 1_000)
  return {
    message_id: dice.below(1_000_000),
    from: { id: who, is_bot: dice.once(20), first_name: 'X' },
    chat: dice.once(5)
      ? { id: -1_000_000_000 - dice.below(50), type: 'supergroup', title: 'X' }
      : { id: who, type: 'private', first_name: 'X' },
    date: dice.once(3) ? dice.pick([0, -1, now - 86_400, now + 86_400, 2 ** 31]) : now,
    text,
    entities: [{ type: 'bot_command', offset: 0, length: command }],
    ...(dice.once(6) && {
      forward_origin: { type: 'hidden_user', sender_user_name: 'X', date: 0 },
    }),
    ...(dice.once(9) && { sender_chat: { id: -5, type: 'channel', title: 'X' } }),
  }
}

function bodyOf(dice: Dice, kind: string, who: number): Json {
  if (kind === 'callback_query')
    return {
      id: String(dice.below(1e9)),
      from: { id: who, is_bot: false, first_name: 'X' },
      chat_instance: 'x',
      message: messageBy(dice, who),
      data: dice.once(5) ? 'x'.repeat(dice.below(3_000)) : dice.pick(callbacks),
    }
  if (kind === 'my_chat_member')
    return {
      chat: { id: -1_000_000_000 - dice.below(50), type: 'group', title: 'X' },
      from: { id: who, is_bot: false, first_name: 'X' },
      date: 0,
      new_chat_member: { status: dice.pick(['member', 'kicked', 'left', 'x']), user: { id: 1 } },
      old_chat_member: { status: 'left', user: { id: 1 } },
    }
  return messageBy(dice, who)
}

/** An update as no client of Telegram would make it; most are by strangers. */
export function hostileUpdate(dice: Dice, number: number): Json {
  const who = dice.once(6) ? dice.pick([asha, ben, viv]) : dice.pick([eve, 7_777, 0, -1])
  const kind = dice.pick(kinds)
  const body = bodyOf(dice, kind, who)
  const whole = { [kind]: dice.once(2) ? spoil(dice, body) : body }
  // Ids that were there before, or come out of order.
  return dice.once(8) ? { ...whole, update_id: 400_000 + dice.below(number + 1) } : whole
}

/** How fast they come: a long poll hands out 100. */
const together = 50

async function attack(arena: Arena, updates: readonly Json[]): Promise<void> {
  for (let from = 0; from < updates.length; from += together) {
    for (const update of updates.slice(from, from + together)) arena.standin.forgeUpdate(update)
    await sleep(20)
  }
}

/** Updates by hundreds that are wrong in every way, while the world goes on. */
export const hostile: Kind = (dice) => {
  const updates = Array.from({ length: count }, (_, number) => hostileUpdate(dice, number))
  const acts = anyActs(dice, 3_000)
  return {
    says: `${count} hostile updates`,
    async run(arena) {
      const bot = arena.start()
      await arena.standin.waitForPoll(30_000)
      await Promise.all([attack(arena, updates), perform(arena, acts)])
      const end = bot.ended()
      return end === null ? [] : [`hostile updates ended it: ${end}`]
    },
  }
}
