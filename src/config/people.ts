import type { Chat } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import { userId } from './schema/general.ts'

/** The name of an operator whom nobody has given one. */
const nameless = (id: number): string => `user ${id}`

/**
 * Reads `ALLOWED_USERS`: Telegram user ids, comma separated. The first is admin, the others are
 * operators. Entries that are none are told by their position only: somebody may have pasted the
 * token there.
 */
export function parseAllowedUsers(
  text: string,
): { readonly operators: readonly Operator[] } | { readonly problem: string } {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const ids = entries.map((entry) => (/^\d{1,16}$/.test(entry) ? Number(entry) : 0))
  const wrong = ids.findIndex((id) => !userId.safeParse(id).success)
  if (wrong >= 0)
    return {
      problem: `entry ${wrong + 1} is no Telegram user id, expected ids separated by commas, such as 1001,1002`,
    }
  const operators = [...new Set(ids)].map((id, index): Operator => ({
    id,
    name: nameless(id),
    role: index === 0 ? 'admin' : 'operator',
  }))
  return { operators }
}

/** Operators as the file lists them. */
export const operatorsOf = (
  listed: readonly {
    readonly id: number
    readonly name?: string | undefined
    readonly role: Operator['role']
  }[],
): readonly Operator[] =>
  listed.map(({ id, name, role }) => ({ id, name: name ?? nameless(id), role }))

/** Where alerts go when the file does not say: the first admin, or whoever comes first. */
export function defaultChat(operators: readonly Operator[]): Chat {
  const first = operators.find(({ role }) => role === 'admin') ?? operators[0]
  return { id: first?.id ?? 0 }
}
