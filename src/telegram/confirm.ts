import { randomBytes } from 'node:crypto'
import type { ContextBaseData } from '@grammyjs/conversations'
import type { Clock } from '../contract/clock.ts'
import type { Action, House, Prepared } from '../contract/house.ts'
import type { Log } from '../contract/log.ts'
import { line, t } from '../contract/message.ts'
import type { Chat, Message, Text } from '../contract/message.ts'
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
import { lackedRole, refusal } from './confirm-refusal.ts'
import { createTalk } from './confirm-talk.ts'
import type { Talk } from './confirm-talk.ts'
import type { Confirmation, Port } from './port.ts'
import type { Replies } from './replies.ts'
import type { Tasks } from './tasks.ts'

/** Milliseconds for which a confirmation is good. */
export const confirmMs = 120_000
/** Milliseconds for which nobody wonders whether a question was heard. */
const silentMs = 1_500

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
  house(): House
  readonly port: Port
  readonly replies: Replies
  readonly tasks: Tasks
  readonly clock: Clock
  readonly log: Log
  operatorName(id: number): string
  /** True from the moment the bot has been told to end. */
  isStopping(): boolean
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

interface Desk extends ConfirmParts {
  readonly talk: Talk
}

/** Confirmations over the port's table, which alone decides who may act, and once. */
export function createConfirm(parts: ConfirmParts): Confirm {
  const { port, clock } = parts
  const desk: Desk = { ...parts, talk: createTalk(port.conversations) }
  return {
    ask: async (asker, action) => show(desk, asker, await prepared(desk, asker, action)),
    askLate: (asker, text, age) => show(desk, asker, lateCommand({ do: 'command', text }, age)),
    press: (press) => decide(desk, press),
    dismiss: (userId) =>
      port.confirmations
        .askedBefore('waiting', clock.now())
        .filter((row) => row.userId === userId && close(desk, row, 'cancelled')).length,
    sweep(now) {
      for (const row of port.confirmations.askedBefore('waiting', now - confirmMs)) {
        close(desk, row, 'expired')
      }
    },
  }
}

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

/** True when it was still waiting. */
function close(
  { port, talk, replies }: Desk,
  row: Confirmation,
  state: 'cancelled' | 'expired',
  messageId?: number,
): boolean {
  if (!port.confirmations.move(row.token, 'waiting', state)) return false
  talk.close(row.token)
  const message = state === 'expired' ? expiredMessage : cancelledMessage
  const shown = messageId ?? row.messageId
  if (shown !== null) replies.edit(row.chat, shown, message(row.prepared))
  return true
}

async function decide(desk: Desk, press: ConfirmPress): Promise<string> {
  const row = desk.port.confirmations.get(press.token)
  const refused = refusal(row, press.operator.id, desk.operatorName)
  if (!row || refused) {
    press.answer(refused ?? t('confirm-unknown'))
    return `refused: ${refused?.id ?? 'unknown'}`
  }
  let result = 'refused: expired'
  const settled = await desk.talk.resume(press.token, press.base, () => {
    result = settle(desk, press, row)
  })
  if (settled === 'lost') {
    close(desk, row, 'expired', press.messageId)
    press.answer(t('confirm-gone'))
  }
  return result
}

/** Decides a press that is the asker's own: in one tick, so that a crash cannot come between. */
function settle(desk: Desk, press: ConfirmPress, row: Confirmation): string {
  if (press.verb === 'no') {
    const closed = close(desk, row, 'cancelled', press.messageId)
    press.answer(t(closed ? 'confirm-was-cancelled' : 'confirm-gone'))
    return 'cancelled'
  }
  if (press.at - row.at > confirmMs) {
    close(desk, row, 'expired', press.messageId)
    press.answer(t('confirm-gone'))
    return 'refused: expired'
  }
  const role = lackedRole(row.action, press.operator)
  if (role !== undefined) {
    press.answer(t('needs-role', { role, yours: press.operator.role }))
    return `refused: needs ${role}`
  }
  if (!desk.port.confirmations.move(row.token, 'waiting', 'claimed')) {
    press.answer(t('confirm-used'))
    return 'refused: used'
  }
  begin(desk, press, row)
  return 'confirmed'
}

/**
 * The action itself; its outcome takes the place of the question. A job takes the whole message over,
 * and tells of itself there.
 */
function begin(desk: Desk, press: ConfirmPress, row: Confirmation): void {
  const { tasks, log, port } = desk
  const { action, prepared, token } = row
  if (press.messageId !== undefined) port.confirmations.setMessage(token, press.messageId)
  if (action.do === 'command') {
    tell(desk, press, row, acceptedMessage(prepared), true)
    desk.runCommand(action.text, press)
    return press.answer(t('confirm-taken'))
  }
  tasks.follow(`confirmed ${action.do}`, async () => {
    try {
      const doing = desk.house().perform(action, press.operator, token)
      // What a job says of itself must not be overtaken by this.
      if (action.do !== 'job') tell(desk, press, row, doingMessage(prepared), false)
      press.answer(t('confirm-taken'))
      const outcome = await doing
      if (outcome) tell(desk, press, row, outcome.message, true)
    } catch (error) {
      log.error({ err: error, action: action.do }, 'confirmed action failed')
      tell(desk, press, row, faultMessage(prepared, error), true)
    }
  })
}

/**
 * In place of the question. Only what was told in the end is done: an outcome that never arrived, or
 * that was cut short by a stop, is told after the next start.
 */
function tell(
  { replies, port, isStopping }: Desk,
  press: ConfirmPress,
  { token, chat, messageId }: Confirmation,
  message: Message,
  final: boolean,
): void {
  const finish = (): void => {
    if (final && !isStopping()) port.confirmations.move(token, 'claimed', 'done')
  }
  const shown = press.messageId ?? messageId
  if (shown === null) replies.send(chat, message, finish)
  else replies.edit(chat, shown, message, finish)
}
