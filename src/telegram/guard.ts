import { OperatorError, messageOf } from '../contract/error.ts'
import { line, t } from '../contract/message.ts'
import type { Message, Text } from '../contract/message.ts'

/** An error as its operator sees it; a fault of the program is only named, its details are in the log. */
export function errorMessage(error: unknown, what: string): Message {
  const advice = error instanceof OperatorError ? error.advice : undefined
  return {
    blocks: [
      { line: errorText(error, what) },
      ...(advice === undefined ? [] : [line('advice', { advice })]),
    ],
  }
}

/** The same in one sentence, for over a button. */
export const errorText = (error: unknown, what: string): Text =>
  error instanceof OperatorError ? t('refused', { why: messageOf(error) }) : t('fault', { what })
