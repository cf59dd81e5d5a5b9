import { type Block, gap, line, type Message, type Text, t } from '../../contract/message.ts'

/** Trouble with the bot's own memory. All times are epoch milliseconds. */
export interface Trouble {
  readonly host: string
  /** Path of the state directory. */
  readonly home: string
  readonly since: number
  readonly problem: string
}

/** Conditions that are listed; a phone shows no more at a glance. */
const mostListed = 10

/** Something that is wrong right now, found without the help of the database. */
export interface Seen {
  readonly name: Text
  readonly saw: string
}

const listed = (wrong: readonly Seen[]): Block[] => {
  const more = wrong.length - mostListed
  const texts = wrong.slice(0, mostListed).map(({ name, saw }) => t('alarm-item', { name, saw }))
  return [
    gap,
    line('alarm-wrong'),
    { list: [...texts, ...(more > 0 ? [t('alarm-more', { n: more })] : [])] },
  ]
}

/** Nothing can be written down: said from memory, with all that is known to be wrong. */
export const alarmMessage = (trouble: Trouble, wrong: readonly Seen[]): Message => ({
  about: trouble.since,
  blocks: [
    line('alarm-title', { host: trouble.host, since: { time: trouble.since } }),
    line('alarm-problem', { problem: trouble.problem }),
    line('alarm-means'),
    line('alarm-advice', { home: { code: trouble.home } }),
    ...(wrong.length > 0 ? listed(wrong) : []),
  ],
})

/** It works again; incidents are told as ever from here on. */
export const alarmOver = ({ host, since }: Trouble, until: number): Message => ({
  about: until,
  blocks: [
    line('alarm-over', {
      host,
      from: { time: since },
      until: { time: until },
      lasted: { span: until - since },
    }),
  ],
})

/** The bot cannot even start: its database cannot be opened. */
export const cannotStart = (trouble: Trouble, advice: string): Message => ({
  about: trouble.since,
  blocks: [
    line('alarm-start', { host: trouble.host }),
    line('alarm-problem', { problem: trouble.problem }),
    line('alarm-blind'),
    line('alarm-do', { advice }),
  ],
})
