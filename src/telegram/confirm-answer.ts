import { t } from '../contract/message.ts'
import { begin } from './confirm-act.ts'
import { close, type ConfirmAnswer, confirmMs, type Desk, openStates } from './confirm-desk.ts'
import { typeMessage } from './confirm-message.ts'
import { lackedRole, refusal } from './confirm-refusal.ts'
import type { Confirmation } from './port.ts'

export interface ConfirmPress extends ConfirmAnswer {
  readonly token: string
  readonly verb: 'yes' | 'no'
}

/** Words that a person wrote where something had to be typed. */
export interface ConfirmWords extends ConfirmAnswer {
  readonly text: string
}

/** What a press came to, in words for the audit log. */
export async function decidePress(desk: Desk, press: ConfirmPress): Promise<string> {
  const row = desk.port.confirmations.get(press.token)
  const refused = refusal(row, press.operator.id, desk.operatorName)
  if (!row || refused) {
    press.answer(refused ?? t('confirm-unknown'))
    return `refused: ${refused?.id ?? 'unknown'}`
  }
  return resume(desk, press, row, () => settlePress(desk, press, row))
}

/** What words came to, in words for the audit log. */
export const decideWords = (desk: Desk, words: ConfirmWords, row: Confirmation): Promise<string> =>
  resume(desk, words, row, () => settleWords(desk, words, row))

/** Decides in one tick, so that a crash cannot come between. */
async function resume(
  desk: Desk,
  answer: ConfirmAnswer,
  row: Confirmation,
  settle: () => string,
): Promise<string> {
  let result = 'refused: expired'
  const settled = await desk.talk.resume(row.token, answer.base, () => {
    result = settle()
    const state = desk.port.confirmations.get(row.token)?.state
    return openStates.some((one) => one === state)
  })
  if (settled === 'lost') {
    close(desk, row, 'expired', answer.messageId)
    answer.answer(t('confirm-gone'))
  }
  return result
}

function settlePress(desk: Desk, press: ConfirmPress, row: Confirmation): string {
  if (press.verb === 'no') {
    const closed = close(desk, row, 'cancelled', press.messageId)
    press.answer(t(closed ? 'confirm-was-cancelled' : 'confirm-gone'))
    return 'cancelled'
  }
  const refused = refuse(desk, press, row)
  if (refused !== undefined) return refused
  const { typed } = row.prepared
  return typed === undefined ? claim(desk, press, row, 'waiting') : demand(desk, press, row)
}

/** Late, or without the role for it by now; undefined when neither. */
function refuse(desk: Desk, answer: ConfirmAnswer, row: Confirmation): string | undefined {
  if (answer.at - row.at > confirmMs) {
    close(desk, row, 'expired', answer.messageId)
    answer.answer(t('confirm-gone'))
    return 'refused: expired'
  }
  const role = lackedRole(row.action, answer.operator)
  if (role === undefined) return undefined
  answer.answer(t('needs-role', { role, yours: answer.operator.role }))
  return `refused: needs ${role}`
}

/** Does it, unless that was done already. */
function claim(
  desk: Desk,
  answer: ConfirmAnswer,
  row: Confirmation,
  from: (typeof openStates)[number],
): string {
  if (!desk.port.confirmations.move(row.token, from, 'claimed')) {
    answer.answer(t('confirm-used'))
    return 'refused: used'
  }
  begin(desk, answer, row)
  return 'confirmed'
}

/** The button is not enough: says what will be lost, and what has to be typed. */
function demand({ port, replies }: Desk, press: ConfirmPress, row: Confirmation): string {
  const { prepared, token, chat } = row
  const phrase = prepared.typed?.phrase ?? ''
  press.answer(t('confirm-type-toast', { phrase }))
  if (!port.confirmations.move(token, 'waiting', 'typing', press.at)) return 'asked to type'
  const shown = press.messageId ?? row.messageId
  const message = typeMessage(prepared, token)
  if (shown === null) replies.send(chat, message, (id) => port.confirmations.setMessage(token, id))
  else replies.edit(chat, shown, message)
  return 'asked to type'
}

/** Telephones begin a sentence with a capital letter, and end a word with a blank. */
const plain = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase()

function settleWords(desk: Desk, words: ConfirmWords, row: Confirmation): string {
  const refused = refuse(desk, words, row)
  if (refused !== undefined) return refused
  const phrase = row.prepared.typed?.phrase ?? ''
  if (isTyped(row, words.text)) return claim(desk, words, row, 'typing')
  words.answer(t('confirm-type-other', { phrase }))
  return 'refused: other words'
}

/** Whether these are the words that a confirmation waits for. */
export const isTyped = ({ prepared: { typed } }: Confirmation, text: string): boolean =>
  typed !== undefined && plain(text) === plain(typed.phrase)
