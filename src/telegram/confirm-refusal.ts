import { t } from '../contract/message.ts'
import type { Text } from '../contract/message.ts'
import type { Confirmation } from './port.ts'

const closedTexts: Readonly<Record<Exclude<Confirmation['state'], 'waiting'>, string>> = {
  claimed: 'confirm-used',
  done: 'confirm-used',
  cancelled: 'confirm-was-cancelled',
  expired: 'confirm-gone',
}

/** Why a person's press does not count, or undefined when it may. */
export function refusal(
  row: Confirmation | undefined,
  user: number,
  operatorName: (id: number) => string,
): Text | undefined {
  if (!row) return t('confirm-unknown')
  if (row.userId !== user) return t('confirm-foreign', { name: operatorName(row.userId) })
  if (row.state !== 'waiting') return t(closedTexts[row.state])
  return undefined
}
