import { plan } from './faults.ts'
import type { Fault } from './faults.ts'
import { addGroup, invite, kick, migrate } from './groups.ts'
import type { GroupSeed } from './groups.ts'
import { addUser, say, setBlocked } from './people.ts'
import type { SayOptions, UserSeed } from './people.ts'
import { forge, press } from './presses.ts'
import { forgeUpdate } from './updates.ts'
import type { StoredMessage, World } from './world.ts'

/** Everything that people, and bad luck, can do to the bot. */
export interface Acting {
  addUser(seed: UserSeed): void
  addGroup(seed: GroupSeed): void
  /** A person writes to the bot, or into the chat that `options` name. */
  say(userId: number, text: string, options?: SayOptions): StoredMessage
  /**
   * A person presses a button by its label or data; the chat is the message's, or the private one for a bare id.
   *
   * @returns the callback query's id, for waitForAnswer
   */
  press(userId: number, message: StoredMessage | number, button: string, chatId?: number): string
  /** A press with any data, also on a button or a message that is not there. */
  forge(userId: number, chatId: number, messageId: number, data: string): string
  /**
   * An update of any shape, handed to the bot once; an `update_id` of its own may repeat or be out of order.
   *
   * @returns the id it has otherwise
   */
  forgeUpdate(body: Readonly<Record<string, unknown>>): number
  block(userId: number): void
  unblock(userId: number): void
  /** The bot joins a group that it was not in. */
  invite(groupId: number, byUserId: number): void
  kick(groupId: number, byUserId: number): void
  /** A small group becomes a supergroup, whose id is returned. */
  migrate(groupId: number): number
  /** The next calls that match go wrong. */
  fault(fault: Fault): void
  clearFaults(): void
}

/** The acting side of a world. */
export function acting(world: World): Acting {
  return {
    addUser: (seed) => void addUser(world, seed),
    addGroup: (seed) => void addGroup(world, seed),
    say: (userId, text, options = {}) => say(world, userId, text, options),
    press: (userId, message, button, chatId) => {
      const known = typeof message === 'number' ? undefined : message
      const messageId = known?.message_id ?? Number(message)
      return press(world, userId, { chatId: chatId ?? known?.chat.id ?? userId, messageId }, button)
    },
    forge: (userId, chatId, messageId, data) => forge(world, userId, { chatId, messageId }, data),
    forgeUpdate: (body) => forgeUpdate(world, body),
    block: (userId) => setBlocked(world, userId, true),
    unblock: (userId) => setBlocked(world, userId, false),
    invite: (groupId, byUserId) => invite(world, groupId, byUserId),
    kick: (groupId, byUserId) => kick(world, groupId, byUserId),
    migrate: (groupId) => migrate(world, groupId),
    fault: (fault) => plan(world, fault),
    clearFaults: () => void world.faults.splice(0),
  }
}
