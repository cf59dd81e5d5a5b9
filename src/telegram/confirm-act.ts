import { t } from '../contract/message.ts'
import type { Message } from '../contract/message.ts'
import type { ConfirmAnswer, Desk } from './confirm-desk.ts'
import { acceptedMessage, doingMessage, faultMessage } from './confirm-message.ts'
import type { Confirmation } from './port.ts'

/**
 * The confirmed action itself; its outcome takes the place of the question. A job takes the whole
 * message over, and tells of itself there.
 */
export function begin(desk: Desk, answer: ConfirmAnswer, row: Confirmation): void {
  const { tasks, log, port } = desk
  const { action, prepared, token } = row
  if (answer.messageId !== undefined) port.confirmations.setMessage(token, answer.messageId)
  if (action.do === 'command') {
    tell(desk, answer, row, acceptedMessage(prepared), true)
    desk.runCommand(action.text, answer)
    return answer.answer(t('confirm-taken'))
  }
  tasks.follow(`confirmed ${action.do}`, async () => {
    try {
      const doing = desk.house().perform(action, answer.operator, token)
      // What a job says of itself must not be overtaken by this.
      if (action.do !== 'job') tell(desk, answer, row, doingMessage(prepared), false)
      answer.answer(t('confirm-taken'))
      const outcome = await doing
      if (outcome) tell(desk, answer, row, outcome.message, true)
    } catch (error) {
      log.error({ err: error, action: action.do }, 'confirmed action failed')
      tell(desk, answer, row, faultMessage(prepared, error), true)
    }
  })
}

/**
 * In place of the question. Only what was told in the end is done: an outcome that never arrived, or
 * that was cut short by a stop, is told after the next start.
 */
function tell(
  { replies, port, isStopping }: Desk,
  answer: ConfirmAnswer,
  { token, chat, messageId }: Confirmation,
  message: Message,
  final: boolean,
): void {
  const finish = (): void => {
    if (final && !isStopping()) port.confirmations.move(token, 'claimed', 'done')
  }
  const shown = answer.messageId ?? messageId
  if (shown === null) replies.send(chat, message, finish)
  else replies.edit(chat, shown, message, finish)
}
