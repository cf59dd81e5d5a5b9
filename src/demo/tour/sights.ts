import { pastIncidents } from '../past.ts'
import { greets, news, tells } from '../settle.ts'
import { stranger } from '../words.ts'
import type { Table } from '../table.ts'

/** Something that has to be seen. */
export interface Sight {
  /** As in "not seen: …". */
  readonly what: string
  /** Whether it has come about since a time in epoch ms. */
  seen(table: Table, since: number): boolean
}

/** The names that the tour knows things by. */
type Name = 'shop' | 'uploads' | 'page'

export const greeting: Sight = {
  what: "the bot's first message",
  seen: ({ chat }) => chat.messages().some(greets),
}

/** Something that the bot said, first or by an edit, tells of an incident behind one of the marks. */
const tellsOf = ({ chat }: Table, marks: string, name: Name, since: number): boolean =>
  chat
    .messages()
    .filter(({ byBot }) => byBot)
    .flatMap(({ versions }) => versions)
    .some((version) => version.at >= since && tells(marks, name)(version))

export const told = (mark: string, name: Name): Sight => ({
  what: `${mark} ${name}`,
  seen: (table, since) => tellsOf(table, mark, name, since),
})

/** One message about it in all, which now says that it is over. */
export const oneMessage = (name: Name): Sight => ({
  what: `one message about ${name}, edited to ✅`,
  seen({ chat }) {
    const about = chat
      .messages()
      .filter((one) => one.byBot && one.reply_to === undefined)
      .filter(({ versions }) => versions.some((one) => tells('🔴', name)(one)))
    return about.length === 1 && about.every(tells('✅', name))
  },
})

/** A message of the bot that begins like this. */
export const says = (beginning: string): Sight => ({
  what: beginning,
  seen: ({ chat }, since) =>
    chat.messages().some((one) => news(since)(one) && one.text.startsWith(beginning)),
})

export const acknowledged = (name: Name): Sight => ({
  what: `${name} acknowledged`,
  seen: ({ bot }) =>
    bot.house.incidents().some((one) => one.check === name && one.acknowledged !== undefined),
})

export const open = (name: Name): Sight => ({
  what: `an open incident of ${name}`,
  seen: ({ bot }) => bot.house.incidents().some(({ check }) => check === name),
})

/** The bot itself fixed it, and the check that complained agreed. */
export const fixed = (name: Name): Sight => ({
  what: `${name} fixed by the bot`,
  seen: ({ bot }, since) =>
    pastIncidents(bot.house).some(
      ({ check, openedAt, ending }) => check === name && openedAt >= since && ending === 'fixed',
    ),
})

/** Nothing has been said about it in this step. */
export const untold = (name: Name): Sight => ({
  what: `no word about ${name}`,
  seen: (table, since) => !tellsOf(table, '🟠✅', name, since),
})

/** The stranger has no answer, this many milliseconds after the beginning of the step. */
export const unanswered = (ms: number): Sight => ({
  what: 'no answer to a stranger',
  seen: ({ standin, clock }, since) =>
    clock.now() - since >= ms && standin.messages(stranger).every(({ byBot }) => !byBot),
})
