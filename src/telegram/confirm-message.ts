import { gap, line, t } from '../contract/message.ts'
import type { Block, Message, Text } from '../contract/message.ts'
import { OperatorError, messageOf } from '../contract/error.ts'
import type { Action, Prepared } from '../contract/house.ts'

/** How a confirmation looks in each of its states. */

/** Beyond this many characters the steps do not fit into the question. */
const inlineSteps = 3000

/** Steps are shown word for word: what has no room in the question goes ahead of it as a file. */
export function stepsFile({ steps }: Prepared): Message | undefined {
  const text = steps.join('\n')
  if (text.length <= inlineSteps) return undefined
  return { blocks: [line('confirm-steps')], file: { name: 'steps.txt', text } }
}

/** Exactly what will happen, with its verb beside `Cancel`. */
export function askMessage(prepared: Prepared, token: string): Message {
  const { action, label, facts = [], steps, warnings = [] } = prepared
  const list: readonly Block[] =
    steps.length > 0 ? [{ title: t('confirm-steps'), code: steps }] : []
  return {
    blocks: [
      line('confirm-title', { label }),
      ...facts.map((fact): Block => ({ line: fact })),
      ...warnings.map((warning): Block => line('confirm-warning', { warning })),
      ...list,
      line('confirm-until'),
    ],
    buttons: [
      [
        { label, press: `yes:${token}`, style: action.do === 'command' ? 'primary' : 'danger' },
        { label: t('confirm-cancel'), press: `no:${token}` },
      ],
    ],
  }
}

/** After the press, where that is not enough: what will be lost, and what has to be typed. */
export function typeMessage({ label, typed }: Prepared, token: string): Message {
  const { phrase = '', loses = [] } = typed ?? {}
  return {
    blocks: [
      line('confirm-type-title', { label }),
      ...loses.map((loss): Block => line('confirm-warning', { warning: loss })),
      line('confirm-type', { phrase: { code: phrase } }),
    ],
    buttons: [[{ label: t('confirm-cancel'), press: `no:${token}` }]],
  }
}

/** A command that came too late, as a question. `age` in milliseconds. */
export const lateCommand = (action: Extract<Action, { do: 'command' }>, age: number): Prepared => ({
  action,
  label: t('confirm-late-label', { command: action.text }),
  steps: [action.text],
  warnings: [t('confirm-late', { age: { span: age } })],
})

const only = (text: Text): Message => ({ blocks: [{ line: text }] })

/** After the press, until the outcome is known. */
export function doingMessage({ action, label }: Prepared): Message {
  if (action.do !== 'restart') return only(t('confirm-doing', { label }))
  const { service, instance } = action
  const name = instance === undefined ? service : `${service} ${instance}`
  return only(t('confirm-restarting', { service: name }))
}

export const cancelledMessage = ({ label }: Prepared): Message =>
  only(t('confirm-cancelled', { label }))

export const expiredMessage = ({ label }: Prepared): Message =>
  only(t('confirm-expired', { label }))

/** A command that was asked about again, and is now being carried out below. */
export const acceptedMessage = ({ label }: Prepared): Message =>
  only(t('confirm-accepted', { label }))

/** When the action itself threw. A job that throws then was not begun: its own message tells of the others. */
export function faultMessage({ action, label }: Prepared, error: unknown): Message {
  const undone = action.do === 'job' ? [line('confirm-not-begun')] : []
  if (!(error instanceof OperatorError))
    return { blocks: [line('confirm-fault', { label }), ...undone] }
  const why = messageOf(error)
  const advice = error.advice === undefined ? [] : [gap, line('advice', { advice: error.advice })]
  return { blocks: [line('confirm-failed', { label, why }), ...undone, ...advice] }
}
