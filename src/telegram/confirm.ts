import { randomBytes } from 'node:crypto'
import type { Action, Prepared } from '../contract/house.ts'
import { line } from '../contract/message.ts'
import type { Chat } from '../contract/message.ts'
import {
  type ConfirmPress,
  type ConfirmWords,
  decidePress,
  decideWords,
  isTyped,
} from './confirm-answer.ts'
import {
  type Asker,
  close,
  confirmMs,
  type ConfirmParts,
  type Desk,
  openStates,
} from './confirm-desk.ts'
import { askMessage, lateCommand, stepsFile } from './confirm-message.ts'
import { createTalk } from './confirm-talk.ts'
import type { Confirmation } from './port.ts'

export type { Asker } from './confirm-desk.ts'

/** Milliseconds for which nobody wonders whether a question was heard. */
const silentMs = 1_500

/** Confirmations: each belongs to who asked, works once, and expires. */
export interface Confirm {
  /** Shows what an action would do. Throws what preparing it threw. */
  ask(asker: Asker, action: Action): Promise<void>
  /** Asks about a command that came `age` milliseconds too late. */
  askLate(asker: Asker, text: string, age: number): Promise<void>
  /** What a press came to, in words for the audit log. */
  press(press: ConfirmPress): Promise<string>
  /** Whether this person was asked in this chat to type something. */
  awaitsWords(asker: Asker): boolean
  /** What words came to that a person wrote while something had to be typed; for the audit log. */
  words(words: ConfirmWords): Promise<string>
  /** Withdraws all that a person has open; how many there were. */
  dismiss(userId: number): number
  /** Closes what nobody answered in time. */
  sweep(now: number): void
}

/** Confirmations over the port's table, which alone decides who may act, and once. */
export function createConfirm(parts: ConfirmParts): Confirm {
  const { port, clock } = parts
  const desk: Desk = { ...parts, talk: createTalk(port.conversations) }
  const openAt = (at: number): readonly Confirmation[] =>
    openStates.flatMap((state) => port.confirmations.askedBefore(state, at))
  return {
    ask: async (asker, action) => show(desk, asker, await prepared(desk, asker, action)),
    askLate: (asker, text, age) => show(desk, asker, lateCommand({ do: 'command', text }, age)),
    press: (press) => decidePress(desk, press),
    awaitsWords: (asker) => typingOf(desk, asker).length > 0,
    async words(words) {
      const rows = typingOf(desk, words)
      const row = rows.findLast((one) => isTyped(one, words.text)) ?? rows.at(-1)
      return row ? decideWords(desk, words, row) : 'refused: nothing was asked'
    },
    dismiss: (userId) =>
      openAt(clock.now()).filter((row) => row.userId === userId && close(desk, row, 'cancelled'))
        .length,
    sweep(now) {
      for (const row of openAt(now - confirmMs)) close(desk, row, 'expired')
    },
  }
}

const isSame = (a: Chat, b: Chat): boolean => a.id === b.id && a.topic === b.topic

/** What this person has to type something for in this chat, oldest first. */
const typingOf = ({ port }: Desk, { operator, chat }: Asker): readonly Confirmation[] =>
  port.confirmations
    .askedBefore('typing', Number.MAX_SAFE_INTEGER)
    .filter((row) => row.userId === operator.id && isSame(row.chat, chat))

/** What would be done; where finding that out takes longer, the chat is told that it goes on. */
async function prepared(
  { house, replies, clock }: Desk,
  { chat }: Asker,
  action: Action,
): Promise<Prepared> {
  const silent = clock.after(silentMs, () =>
    replies.send(chat, { blocks: [line('confirm-looking')] }),
  )
  try {
    return await house().prepare(action)
  } finally {
    silent.cancel()
  }
}

async function show(
  desk: Desk,
  { operator, chat, base }: Asker,
  prepared: Prepared,
): Promise<void> {
  const { replies, clock, talk } = desk
  const { confirmations } = desk.port
  const token = randomBytes(9).toString('base64url')
  const { action } = prepared
  confirmations.create({ token, userId: operator.id, chat, action, prepared, at: clock.now() })
  await talk.open(token, operator.id, base)
  const steps = stepsFile(prepared)
  if (steps) replies.send(chat, steps)
  replies.send(chat, askMessage(prepared, token), (id) => confirmations.setMessage(token, id))
}
