import { setTimeout as sleep } from 'node:timers/promises'
import type { StoredMessage } from '../../src/standin/standin.ts'
import type { Arena } from './arena.ts'
import type { Dice } from './dice.ts'
import { asha, ben, viv } from './people.ts'

/** Things by their names, in the order of the config; `room` may not be there. */
const names = ['gate', 'blog', 'port', 'plugin', 'job', 'leak', 'vain', 'web', 'room'] as const
/** A restart is watched for 10 s: these break less often than the rest. */
const slow = new Set<string>(['web', 'vain'])

type Name = (typeof names)[number]

/** Something that somebody does to the bot or to the world, after so many ms. */
export interface Act {
  readonly after: number
  readonly says: string
  run(arena: Arena): Promise<void> | void
}

const thing = (arena: Arena, name: string) => arena.things.find((one) => one.name === name)

const breakOrMend = (name: Name, broken: boolean, after: number): Act => ({
  after,
  says: `${broken ? '-' : '+'}${name}`,
  run: async (arena) => thing(arena, name)?.[broken ? 'break' : 'mend'](),
})

/** Breaks some things and mends others. */
export function worldActs(dice: Dice, within: number): readonly Act[] {
  return names.flatMap((name) => {
    if (!dice.once(slow.has(name) ? 8 : 3)) return []
    return [breakOrMend(name, dice.once(2), dice.below(within))]
  })
}

/** Breaks that many things that are well. */
export const breakSome = (dice: Dice, count: number): readonly Act[] => {
  const order = dice.shuffled(names.filter((name) => !slow.has(name)))
  const run = async ({ things }: Arena): Promise<void> => {
    const well = order.filter((name) => things.some((one) => one.name === name && !one.broken()))
    for (const one of things)
      if (well.slice(0, count).some((name) => name === one.name)) await one.break()
  }
  return [{ after: 0, says: `break ${count}`, run }]
}

const commands = [
  '/status',
  '/checks',
  '/incidents',
  '/history',
  '/heartbeat',
  '/ack all',
  '/silence NAME 1h',
  '/unsilence NAME',
  '/restart web',
  '/restart',
  '/logs web 5',
  '/settings',
  '/audit',
  '/cancel',
  '/help',
  'hello?',
] as const

const someone = [asha, asha, ben, viv] as const

const speak = (dice: Dice, after: number): Act => {
  const who = dice.pick(someone)
  const text = dice.pick(commands).replace('NAME', dice.pick(names))
  return { after, says: text, run: ({ standin }) => void standin.say(who, text) }
}

const buttonsOf = (message: StoredMessage): readonly string[] =>
  [...message.versions]
    .flatMap(({ reply_markup }) => reply_markup?.inline_keyboard?.flat() ?? [])
    .flatMap(({ callback_data }) => callback_data ?? [])

/** Presses a button of the newest messages, one that is gone by now as well. */
const pressAny = (dice: Dice, after: number): Act => {
  const who = dice.pick(someone)
  const [back, which] = [dice.below(6), dice.below(40)]
  return {
    after,
    says: 'press',
    run({ standin }) {
      const message = standin
        .messages(who)
        .filter((one) => buttonsOf(one).length > 0)
        .at(-1 - back)
      const all = message ? buttonsOf(message) : []
      const data = all[which % all.length]
      if (message && data !== undefined) standin.forge(who, who, message.message_id, data)
    },
  }
}

/** Asks for a restart and confirms it, twice: it is to happen once. */
const confirmTwice = (dice: Dice, after: number): readonly Act[] => {
  const who = dice.pick([asha, ben])
  const confirm = ({ standin }: Arena): void => {
    const yes = (message: StoredMessage) => buttonsOf(message).find((one) => one.startsWith('yes:'))
    const question = standin.messages(who).findLast((message) => yes(message) !== undefined)
    const data = question && yes(question)
    if (question && data !== undefined) standin.forge(who, who, question.message_id, data)
  }
  const wait = 300 + dice.below(900)
  return [
    { after, says: '/restart web', run: ({ standin }) => void standin.say(who, '/restart web') },
    { after: after + wait, says: 'yes', run: confirm },
    { after: after + wait + dice.below(50), says: 'yes', run: confirm },
  ]
}

/** What people do meanwhile. */
export function peopleActs(dice: Dice, within: number): readonly Act[] {
  const some = Array.from({ length: dice.below(5) }, () =>
    dice.once(2) ? speak(dice, dice.below(within)) : pressAny(dice, dice.below(within)),
  )
  return dice.once(4) ? [...some, ...confirmTwice(dice, dice.below(within))] : some
}

/** Both at once, in the order of time. */
export const anyActs = (dice: Dice, within: number): readonly Act[] =>
  [...worldActs(dice, within), ...peopleActs(dice, within)].toSorted((a, b) => a.after - b.after)

/** Does them at their times. @param until ends it early */
export async function perform(
  arena: Arena,
  acts: readonly Act[],
  until?: () => boolean,
): Promise<void> {
  const begun = performance.now()
  for (const act of acts) {
    const wait = act.after - (performance.now() - begun)
    if (wait > 0) await sleep(wait)
    if (until?.()) return
    await act.run(arena)
  }
}

export const saysOf = (acts: readonly Act[]): string => acts.map(({ says }) => says).join(' ')

/** A state of the world that is left alone until everything has come to rest. */
export function restingWorld(dice: Dice): readonly Act[] {
  return names.map((name) => breakOrMend(name, dice.once(slow.has(name) ? 8 : 3), 0))
}
