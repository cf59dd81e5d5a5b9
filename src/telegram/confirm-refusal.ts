import type { Action } from '../contract/house.ts'
import { t } from '../contract/message.ts'
import type { Text } from '../contract/message.ts'
import { mayAct, type Operator, type Role } from '../contract/operator.ts'
import type { Confirmation } from './port.ts'

const closedTexts: Readonly<Record<Exclude<Confirmation['state'], 'waiting' | 'typing'>, string>> =
  {
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
  const { state } = row
  return state === 'waiting' || state === 'typing' ? undefined : t(closedTexts[state])
}

/** Jobs that only an admin may have done. */
const adminJobs: ReadonlySet<string> = new Set(['restore'])

/** The role that what was asked about takes; undefined: a command's own is checked when it runs. */
function neededRole(action: Action): Role | undefined {
  if (action.do === 'command') return undefined
  if (action.do === 'job' && adminJobs.has(action.kind)) return 'admin'
  return action.do === 'schedule' ? 'admin' : 'operator'
}

/** The role that a person lacks by now for what they were asked about; undefined when none. */
export function lackedRole(action: Action, { role }: Operator): Role | undefined {
  const needed = neededRole(action)
  return needed === undefined || mayAct(role, needed) ? undefined : needed
}
