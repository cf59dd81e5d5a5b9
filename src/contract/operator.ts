/** From least to most trusted. */
export const roles = ['viewer', 'operator', 'admin'] as const

export type Role = (typeof roles)[number]

export interface Operator {
  /** Telegram user id. */
  readonly id: number
  readonly name: string
  readonly role: Role
}

export const mayAct = (role: Role, needed: Role): boolean =>
  roles.indexOf(role) >= roles.indexOf(needed)
