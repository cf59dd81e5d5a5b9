import { atWork } from './settle.ts'
import type { Goal } from './settle.ts'
import type { Table } from './table.ts'

/** Whether the bot is doing something that was confirmed. */
export const working = ({ chat }: Pick<Table, 'chat'>): boolean =>
  chat.messages().some((message) => message.byBot && atWork(message))

/** Says something to the bot; to come of it is an answer, and an end of what it begins. */
export function say({ chat }: Pick<Table, 'chat'>, text: string): Goal {
  const said = chat.say(text)
  const answered = (): boolean =>
    chat.messages().some(({ byBot, message_id: id }) => byBot && id > said.message_id)
  return () => answered() && !working({ chat })
}
