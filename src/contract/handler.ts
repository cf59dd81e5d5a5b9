import type { Action, House } from './house.ts'
import type { Message, Text } from './message.ts'
import type { Operator, Role } from './operator.ts'

/** What a handler may do about the person in front of it. */
export interface Conversation {
  readonly house: House
  readonly by: Operator
  /** In the chat the command came from, in order, without sound. */
  reply(message: Message): void
  /** Shows exactly what the action would do, with its verb and `Cancel`. Nothing happens before the press. */
  ask(action: Action): Promise<void>
  /** Withdraws every confirmation that this person has open; how many there were. */
  dismiss(): number
}

/** A command as the menu and `/help` show it. */
export interface MenuEntry {
  readonly name: string
  readonly about: string
  readonly usage?: string
}

export interface Call extends Conversation {
  readonly command: string
  /** Separated by blanks. */
  readonly args: readonly string[]
  /** What this person's role may use, in the order of the handlers. */
  readonly menu: readonly MenuEntry[]
}

export interface Press extends Conversation {
  readonly verb: string
  readonly arg: string
  /** What pops up over the button; at most 200 characters are shown. */
  answer(text: Text): void
}

export interface CommandDefinition {
  readonly role: Role
  /** For the menu and `/help`, English. */
  readonly about: string
  /** "NAME DURATION" */
  readonly usage?: string
  /** It changes something: when it arrives late it is asked about again. */
  readonly changes?: boolean
}

export interface HandlerDefinition {
  readonly kind: string
  readonly commands: Readonly<Record<string, CommandDefinition>>
  readonly presses?: Readonly<Record<string, { readonly role: Role }>>
  onCommand(call: Call): Promise<void> | void
  onPress?(press: Press): Promise<void> | void
}

export interface Handler extends HandlerDefinition {
  readonly brand: 'handler'
}

/** Declares a family of commands; the menu, `/help` and the gate's role check derive from it. */
export const defineHandler = (definition: HandlerDefinition): Handler => ({
  brand: 'handler',
  ...definition,
})
