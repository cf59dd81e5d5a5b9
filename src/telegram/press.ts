import { messageOf } from '../contract/error.ts'
import type { Handler } from '../contract/handler.ts'
import type { Action } from '../contract/house.ts'
import { t } from '../contract/message.ts'
import type { Text } from '../contract/message.ts'
import { mayAct } from '../contract/operator.ts'
import type { Asker } from './confirm.ts'
import type { Pressed } from './gate.ts'
import { errorText } from './guard.ts'
import { clip } from './html.ts'
import { conversationOf } from './room.ts'
import type { Room } from './room.ts'

/** A button shows that it waits until it is answered: what takes longer than this is told as a message. */
const patienceMs = 3000

interface Answer {
  (text?: Text): void
  given(): boolean
}

/** Answers a press of an operator, always. */
export async function press(room: Room, pressed: Pressed, base: Asker['base']): Promise<void> {
  const [, verb = '', arg = ''] = /^([^:]*):?([\s\S]*)$/.exec(pressed.data) ?? []
  const asker: Asker = { operator: pressed.operator, chat: pressed.chat, base }
  const answer = answerOnce(room, asker, pressed.query)
  if (verb === 'yes' || verb === 'no') return confirm(room, pressed, asker, { verb, arg, answer })
  // A confirmation guards itself; all else is not done again, unless a crash cut it short.
  if (room.port.wasSeen(base.update.update_id)) return answer()
  take(room, pressed, asker, { verb, arg, answer })
  room.port.markSeen(base.update.update_id)
}

function take(room: Room, pressed: Pressed, asker: Asker, { verb, arg, answer }: Parsed): void {
  const known = room.registry.press(verb)
  if (room.pressFlood(asker.operator.id) !== 'pass') {
    audit(room, asker, pressed.data, 'too fast')
    return answer(t('too-fast'))
  }
  if (!known) {
    audit(room, asker, pressed.data, 'unknown button')
    return answer(t('button-unknown'))
  }
  if (!mayAct(asker.operator.role, known.role)) {
    audit(room, asker, pressed.data, `refused: needs ${known.role}`)
    return answer(t('needs-role', { role: known.role, yours: asker.operator.role }))
  }
  run(room, asker, known.handler, { verb, arg, answer })
}

interface Parsed {
  readonly verb: string
  readonly arg: string
  readonly answer: Answer
}

/** The first text goes over the button; a later one, or one that took too long, becomes a message. */
function answerOnce(room: Room, asker: Asker, query: string): Answer {
  let given = false
  const answer = (text?: Text): void => {
    if (!given) {
      given = true
      room.answer(query, text)
    } else if (text) {
      room.replies.send(asker.chat, { blocks: [{ line: text }] })
    }
  }
  return Object.assign(answer, { given: () => given })
}

function audit(room: Room, { operator, base }: Asker, what: string, result: string): void {
  room.port.audit({ operator, what: `button ${what}`, result, updateId: base.update.update_id })
}

async function confirm(
  room: Room,
  { messageId }: Pressed,
  asker: Asker,
  { verb, arg, answer }: Parsed & { readonly verb: 'yes' | 'no' },
): Promise<void> {
  const at = room.clock.now()
  const action = room.port.confirmations.get(arg)?.action
  let result: string
  try {
    result = await room.confirm().press({ ...asker, token: arg, verb, messageId, at, answer })
  } catch (error) {
    room.log.error({ err: error }, 'confirmation failed')
    answer(errorText(error, verb))
    result = 'failed'
  }
  if (!answer.given()) answer()
  const id = asker.base.update.update_id
  if (room.port.wasSeen(id)) return
  audit(room, asker, `${verb} ${action ? named(action) : '?'}`, result)
  room.port.markSeen(id)
}

function named(action: Action): string {
  if (action.do === 'restart') return `restart ${action.service} ${action.instance ?? ''}`.trim()
  if (action.do === 'job') return `${action.kind} ${Object.values(action.about).join(' ')}`
  if (action.do === 'fix') return `fix ${action.incident}`
  return action.do === 'schedule' ? 'schedule' : action.text
}

function run(room: Room, asker: Asker, handler: Handler, { verb, arg, answer }: Parsed): void {
  const what = `${verb}:${arg}`
  const started = room.tasks.start(asker.operator.id, what, async () => {
    const impatient = room.clock.after(patienceMs, () => {
      if (!answer.given()) answer()
    })
    try {
      await handler.onPress?.({ ...conversationOf(room, asker), verb, arg, answer })
      audit(room, asker, what, 'done')
    } catch (error) {
      room.log.warn({ err: error, press: what }, 'press failed')
      answer(errorText(error, verb))
      audit(room, asker, what, `failed: ${clip(messageOf(error), 200)}`)
    } finally {
      impatient.cancel()
      if (!answer.given()) answer()
    }
  })
  if (started) return
  audit(room, asker, what, 'busy')
  answer(t('busy'))
}
