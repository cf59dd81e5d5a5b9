import { messageOf } from '../contract/error.ts'
import { line } from '../contract/message.ts'
import type { Block, Text } from '../contract/message.ts'
import { mayAct } from '../contract/operator.ts'
import { parseCommand } from './commands.ts'
import type { Command, KnownCommand } from './commands.ts'
import type { Asker } from './confirm.ts'
import type { Said } from './gate.ts'
import { clip } from './html.ts'
import { errorMessage, errorText } from './guard.ts'
import { conversationOf } from './room.ts'
import type { Room } from './room.ts'

/** Commands older than this on arrival ask again when they change something. Milliseconds. */
const staleMs = 120_000
const auditLength = 200

/** Answers what an operator wrote. What takes time goes on after it resolves. */
export async function say(room: Room, said: Said, base: Asker['base']): Promise<void> {
  const asker: Asker = { operator: said.operator, chat: said.chat, base }
  const command = parseCommand(said.text, room.me().username)
  if (command?.foreign) return
  if (!command && room.confirm().awaitsWords(asker)) return answerTyped(room, asker, said.text)
  // In a group people also talk to each other, and to other bots.
  const known = command && room.registry.command(command.name)
  if (!known && !said.private && !command?.addressed) return
  if (!withinLimits(room, asker, said.text)) return
  if (!command || !known) return unknown(room, asker, command?.name ?? '', said.text)
  const age = room.clock.now() - said.date
  if (
    known.definition.changes &&
    age > staleMs &&
    allowed(room, asker, command, known, said.text)
  ) {
    return askAgain(room, asker, said.text, age)
  }
  run(room, asker, said.text, command, known)
}

/** Words of somebody who was asked to type something. */
async function answerTyped(room: Room, asker: Asker, text: string): Promise<void> {
  if (!withinLimits(room, asker, text)) return
  const answer = (words: Text): void => room.replies.send(asker.chat, { blocks: [{ line: words }] })
  const at = room.clock.now()
  let result: string
  try {
    result = await room.confirm().words({ ...asker, text, messageId: undefined, at, answer })
  } catch (error) {
    room.log.error({ err: error }, 'confirmation failed')
    answer(errorText(error, 'confirm'))
    result = 'failed'
  }
  audit(room, asker, `typed ${text}`, result)
}

/** Runs a command that was asked about again, whatever its age. */
export function runLate(room: Room, text: string, asker: Asker): void {
  const command = parseCommand(text, room.me().username)
  const known = command && room.registry.command(command.name)
  if (command && known) run(room, asker, text, command, known)
}

function audit(room: Room, { operator, base }: Asker, text: string, result: string): void {
  const updateId = base.update.update_id
  room.port.audit({ operator, what: clip(text, auditLength), result, updateId })
}

function withinLimits(room: Room, asker: Asker, text: string): boolean {
  const verdict = room.commandFlood(asker.operator.id)
  if (verdict === 'pass') return true
  audit(room, asker, text, 'too fast')
  if (verdict === 'warn') room.replies.send(asker.chat, { blocks: [line('too-fast')] })
  return false
}

/** Says what might have been meant. */
function unknown(room: Room, asker: Asker, name: string, text: string): void {
  const near = room.registry.nearest(name, asker.operator.role).map((found) => `/${found}`)
  const answer: Block =
    name === ''
      ? line('only-commands')
      : near.length > 0
        ? line('unknown-command-near', { name, near: near.join(' ') })
        : line('unknown-command', { name })
  if (name !== '') audit(room, asker, text, 'unknown command')
  room.replies.send(asker.chat, { blocks: [answer] })
}

function allowed(
  room: Room,
  asker: Asker,
  { name }: Command,
  { definition }: KnownCommand,
  text: string,
): boolean {
  const yours = asker.operator.role
  if (mayAct(yours, definition.role)) return true
  audit(room, asker, text, `refused: needs ${definition.role}`)
  const refusal = line('command-needs-role', { name, role: definition.role, yours })
  room.replies.send(asker.chat, { blocks: [refusal] })
  return false
}

function askAgain(room: Room, asker: Asker, text: string, age: number): void {
  audit(room, asker, text, 'late: asked again')
  room.tasks.follow('late command', () => room.confirm().askLate(asker, text, age))
}

function run(room: Room, asker: Asker, text: string, command: Command, known: KnownCommand): void {
  if (!allowed(room, asker, command, known, text)) return
  const { name, args } = command
  const started = room.tasks.start(asker.operator.id, `/${name}`, async () => {
    try {
      const menu = room.registry.menu(asker.operator.role)
      await known.handler.onCommand({ ...conversationOf(room, asker), command: name, args, menu })
      audit(room, asker, text, 'done')
    } catch (error) {
      room.log.warn({ err: error, command: name }, 'command failed')
      room.replies.send(asker.chat, errorMessage(error, `/${name}`))
      audit(room, asker, text, `failed: ${clip(messageOf(error), auditLength)}`)
    }
  })
  if (started) return
  audit(room, asker, text, 'busy')
  room.replies.send(asker.chat, { blocks: [line('busy')] })
}
