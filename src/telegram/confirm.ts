import { randomBytes } from 'node:crypto'
import type { ContextBaseData } from '@grammyjs/conversations'
import type { Clock } from '../contract/clock.ts'
import type { Action, House, Prepared } from '../contract/house.ts'
import type { Log } from '../contract/log.ts'
import { t } from '../contract/message.ts'
import type { Chat, Message, Text } from '../contract/message.ts'
import { mayAct } from '../contract/operator.ts'
import type { Operator } from '../contract/operator.ts'
import {
  acceptedMessage,
  askMessage,
  cancelledMessage,
  doingMessage,
  expiredMessage,
  faultMessage,
  lateCommand,
  stepsFile,
} from './confirm-message.ts'
import { createTalk } from './confirm-talk.ts'
import type { Confirmation, Port } from './port.ts'
import type { Replies } from './replies.ts'
import type { Tasks } from './tasks.ts'

/** Milliseconds for which a confirmation is good. */
export const confirmMs = 120_000

/** Who asks, and where; `base` is the update that made them ask. */
export interface Asker {
  readonly operator: Operator
  readonly chat: Chat
  readonly base: ContextBaseData
}

export interface ConfirmPress extends Asker {
  readonly token: string
  readonly verb: 'yes' | 'no'
  /** Of the message under which the button was. */
  readonly messageId: number | undefined
  /** Epoch milliseconds at which the press arrived. */
  readonly at: number
  answer(text: Text): void
}

export interface ConfirmParts {
  readonly house: House
  readonly port: Port
  readonly replies: Replies
  readonly tasks: Tasks
  readonly clock: Clock
  readonly log: Log
  operatorName(id: number): string
  /** Carries a late command out after all. */
  runCommand(text: string, asker: Asker): void
}

/** Confirmations: each belongs to who asked, works once, and expires. */
export interface Confirm {
  /** Shows what an action would do. Throws what preparing it threw. */
  ask(asker: Asker, action: Action): Promise<void>
  /** Asks about a command that came `age` milliseconds too late. */
  askLate(asker: Asker, text: string, age: number): Promise<void>
  /** What a press came to, in words for the audit log. */
  press(press: ConfirmPress): Promise<string>
  /** Withdraws all that a person has open; how many there were. */
  dismiss(userId: number): number
  /** Closes what nobody answered in time. */
  sweep(now: number): void
}

/** Confirmations over the port's table, which alone decides who may act, and once. */
export function createConfirm(parts: ConfirmParts): Confirm {
  const { port, replies, clock } = parts
  const { confirmations } = port
  const talk = createTalk(port.conversations)

  async function show({ operator, chat, base }: Asker, prepared: Prepared): Promise<void> {
    const token = randomBytes(9).toString('base64url')
    const { action } = prepared
    confirmations.create({
      token,
      userId: operator.id,
      chat,
      action,
      prepared,
      at: clock.now(),
    })
    await talk.open(token, operator.id, base)
    const steps = stepsFile(prepared)
    if (steps) replies.send(chat, steps)
    replies.send(chat, askMessage(prepared, token), (id) => confirmations.setMessage(token, id))
  }

  /** True when it was still waiting. */
  function close(row: Confirmation, state: 'cancelled' | 'expired', messageId?: number): boolean {
    if (!confirmations.move(row.token, 'waiting', state)) return false
    talk.close(row.token)
    const message = state === 'expired' ? expiredMessage : cancelledMessage
    const shown = messageId ?? row.messageId
    if (shown !== null) replies.edit(row.chat, shown, message(row.prepared))
    return true
  }

  return {
    ask: async (asker, action) => show(asker, await parts.house.prepare(action)),
    askLate: (asker, text, age) => show(asker, lateCommand({ do: 'command', text }, age)),
    async press(press) {
      const row = confirmations.get(press.token)
      const refused = refusal(parts, press, row)
      if (!row || refused) {
        press.answer(refused ?? t('confirm-unknown'))
        return `refused: ${refused?.id ?? 'unknown'}`
      }
      let result = 'refused: expired'
      const settled = await talk.resume(press.token, press.base, () => {
        result = settle(parts, press, row, close)
      })
      if (settled === 'lost') {
        close(row, 'expired', press.messageId)
        press.answer(t('confirm-gone'))
      }
      return result
    },
    dismiss: (userId) =>
      confirmations
        .askedBefore('waiting', clock.now())
        .filter((row) => row.userId === userId && close(row, 'cancelled')).length,
    sweep(now) {
      for (const row of confirmations.askedBefore('waiting', now - confirmMs)) close(row, 'expired')
    },
  }
}

const closedTexts: Readonly<Record<Exclude<Confirmation['state'], 'waiting'>, string>> = {
  claimed: 'confirm-used',
  done: 'confirm-used',
  cancelled: 'confirm-was-cancelled',
  expired: 'confirm-gone',
}

/** Why a press does not count, or undefined when it may. */
function refusal(
  { operatorName }: ConfirmParts,
  { operator }: ConfirmPress,
  row: Confirmation | undefined,
): Text | undefined {
  if (!row) return t('confirm-unknown')
  if (row.userId !== operator.id) return t('confirm-foreign', { name: operatorName(row.userId) })
  if (row.state !== 'waiting') return t(closedTexts[row.state])
  return undefined
}

type Close = (row: Confirmation, state: 'cancelled' | 'expired', messageId?: number) => boolean

/** Decides a press that is the asker's own: in one tick, so that a crash cannot come between. */
function settle(parts: ConfirmParts, press: ConfirmPress, row: Confirmation, close: Close): string {
  if (press.verb === 'no') {
    const closed = close(row, 'cancelled', press.messageId)
    press.answer(t(closed ? 'confirm-was-cancelled' : 'confirm-gone'))
    return 'cancelled'
  }
  if (press.at - row.at > confirmMs) {
    close(row, 'expired', press.messageId)
    press.answer(t('confirm-gone'))
    return 'refused: expired'
  }
  // A command's own role is checked when it runs.
  if (row.action.do !== 'command' && !mayAct(press.operator.role, 'operator')) {
    press.answer(t('needs-role', { role: 'operator', yours: press.operator.role }))
    return 'refused: needs operator'
  }
  if (!parts.port.confirmations.move(row.token, 'waiting', 'claimed')) {
    press.answer(t('confirm-used'))
    return 'refused: used'
  }
  begin(parts, press, row)
  return 'confirmed'
}

/** The action itself; its outcome takes the place of the question. */
function begin(parts: ConfirmParts, press: ConfirmPress, row: Confirmation): void {
  const { house, port, replies, tasks, log } = parts
  const { action, prepared, token, chat } = row
  const show = (message: Message): void => {
    const messageId = press.messageId ?? row.messageId
    if (messageId === null) replies.send(chat, message)
    else replies.edit(chat, messageId, message)
  }
  if (action.do === 'command') {
    show(acceptedMessage(prepared))
    port.confirmations.move(token, 'claimed', 'done')
    parts.runCommand(action.text, press)
    return press.answer(t('confirm-taken'))
  }
  tasks.follow(`confirmed ${action.do}`, async () => {
    try {
      const outcome = house.perform(action, press.operator, token)
      show(doingMessage(prepared))
      press.answer(t('confirm-taken'))
      show((await outcome).message)
    } catch (error) {
      log.error({ err: error, action: action.do }, 'confirmed action failed')
      show(faultMessage(prepared, error))
    }
    port.confirmations.move(token, 'claimed', 'done')
  })
}
