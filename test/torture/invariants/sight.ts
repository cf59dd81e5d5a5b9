import type { StoredMessage } from '../../../src/standin/standin.ts'
import type { Arena } from '../arena.ts'
import type { Ledger } from '../ledger.ts'
import { asha, ben, viv } from '../people.ts'

/** What an invariant may look at. */
export interface Sight {
  readonly arena: Arena
  readonly ledger: Ledger
}

/** What must hold. @returns what breaks it; nothing when it holds */
export type Invariant = (sight: Sight) => Promise<readonly string[]> | readonly string[]

/** All messages of the bot to people whom it knows. */
export const messagesOfBot = ({ standin }: Arena): readonly StoredMessage[] =>
  [asha, ben, viv].flatMap((chat) => standin.messages(chat).filter(({ byBot }) => byBot))

export const briefly = (text: string): string => JSON.stringify(text.slice(0, 120))
