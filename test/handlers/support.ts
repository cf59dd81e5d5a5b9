import type { Call, Handler, Press } from '../../src/contract/handler.ts'
import type { Action } from '../../src/contract/house.ts'
import type { Button, Message } from '../../src/contract/message.ts'
import type { Operator } from '../../src/contract/operator.ts'
import { render } from '../../src/telegram/render.ts'
import type { Rendered } from '../../src/telegram/render.ts'
import { english } from '../telegram/support.ts'
import { fakeHouse, noon } from './house.ts'
import type { FakeHouse } from './house.ts'

export const admin: Operator = { id: 1001, name: 'Asha', role: 'admin' }
export const operator: Operator = { id: 1002, name: 'Ben', role: 'operator' }
export const viewer: Operator = { id: 1003, name: 'Viv', role: 'viewer' }

export interface Heard {
  readonly house: FakeHouse
  /** As people read them. */
  readonly texts: string[]
  readonly messages: Message[]
  readonly rendered: Rendered[]
  readonly answers: string[]
  readonly asked: Action[]
}

const words = english(() => noon)

function conversation(house: FakeHouse, by: Operator) {
  const heard: Heard = { house, texts: [], messages: [], rendered: [], answers: [], asked: [] }
  const talk = {
    house,
    by,
    reply(message: Message): void {
      const rendered = render(message, words, { late: false })
      heard.messages.push(message)
      heard.rendered.push(rendered)
      heard.texts.push(rendered.plain)
    },
    ask(action: Action): Promise<void> {
      heard.asked.push(action)
      return Promise.resolve()
    },
    dismiss: () => 0,
  }
  return { heard, talk }
}

/** Types a command: `/silence disk 1h`. */
export async function type(
  handler: Handler,
  text: string,
  { house = fakeHouse(), by = admin, ...more }: Partial<Call & { house: FakeHouse }> = {},
): Promise<Heard> {
  const { heard, talk } = conversation(house, by)
  const [command = '', ...args] = text.slice(1).split(' ')
  await handler.onCommand({ ...talk, command, args, menu: [], ...more })
  return heard
}

/** Presses a button by its data: `ack:7`. */
export async function press(
  handler: Handler,
  data: string,
  { house = fakeHouse(), by = admin }: Partial<Press & { house: FakeHouse }> = {},
): Promise<Heard> {
  const { heard, talk } = conversation(house, by)
  const [, verb = '', arg = ''] = /^([^:]*):(.*)$/.exec(data) ?? []
  const answer: Press['answer'] = (text) => void heard.answers.push(words.plain(text))
  await handler.onPress?.({ ...talk, verb, arg, answer })
  return heard
}

/** Labels and data of the buttons under the only message. */
export const buttonsOf = ({ rendered: [only], messages }: Heard): (readonly [string, string])[] =>
  (only?.keyboard ?? []).flat().map((button, place) => {
    const pressed: Button | undefined = messages[0]?.buttons?.flat()[place]
    return [button.text, pressed?.press ?? '']
  })
