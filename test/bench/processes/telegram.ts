import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../../src/host/clock.ts'
import { type Call, createStandin } from '../../../src/standin/standin.ts'
import { now, type Shown } from '../support/telegram.ts'

/** The Bot API as a process of its own, without Telegram's limits unless they are what is measured. */

const { users, limited } = JSON.parse(process.argv[2] ?? '') as { users: number; limited: boolean }
const first = 1001
const unlimited = { burst: Infinity, perSecond: 1 }
const none = { all: unlimited, privateChat: unlimited, group: unlimited }
const standin = createStandin({ clock: systemClock, limits: limited ? {} : none })
for (let user = 0; user < users; user++)
  standin.addUser({ id: first + user, name: `User ${user}`, started: true })

const shown: Shown[] = []
let told = 0
const waiting = new Set<() => void>()
const shows = new Set(['sendMessage', 'editMessageText', 'sendDocument'])
const replies = new Map<number, () => void>()

let floods = 0

standin.on('change', (change) => {
  if (change.kind !== 'called') return
  const { answer, method } = change.call
  if (answer?.ok === false && answer.error_code === 429) floods += 1
  else if (shows.has(method)) note(change.call)
})

function note({ params }: Call): void {
  shown.push({ at: now(), text: JSON.stringify(params) })
  replies.get(Number(params['chat_id']))?.()
  for (const look of waiting) look()
}

async function until(text: string, ms: number): Promise<Shown | null> {
  const { promise, resolve } = Promise.withResolvers<Shown | null>()
  const look = (): void => {
    const found = shown.find((one) => one.text.includes(text))
    if (found) resolve(found)
  }
  waiting.add(look)
  const late = setTimeout(() => resolve(null), ms)
  look()
  const found = await promise
  waiting.delete(look)
  clearTimeout(late)
  return found
}

async function latencies(text: string, times: number, pause: number): Promise<number[]> {
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    const user = first + (time % users)
    const { promise, resolve } = Promise.withResolvers<void>()
    replies.set(user, resolve)
    const said = performance.now()
    standin.say(user, text)
    await Promise.race([promise, sleep(10_000).then(() => Promise.reject(new Error('no answer')))])
    took.push(performance.now() - said)
    replies.delete(user)
    await sleep(pause)
  }
  return took
}

type Question =
  | { do: 'shown' }
  | { do: 'until'; text: string; ms: number }
  | { do: 'latencies'; text: string; times: number; pause: number }
  | { do: 'say'; text: string }
  | { do: 'press'; button: string }
  | { do: 'floods' }

/** The first user presses a button of the newest message that has it. */
function press(button: string): string {
  const messages = standin.messages(first).toReversed()
  const has = messages.find(({ reply_markup: markup }) =>
    markup?.inline_keyboard?.flat().some((one) => one?.text === button),
  )
  if (!has) throw new Error(`there is no button ${button}`)
  return standin.press(first, has, button)
}

async function answer(question: Question): Promise<unknown> {
  if (question.do === 'until') return until(question.text, question.ms)
  if (question.do === 'latencies') return latencies(question.text, question.times, question.pause)
  if (question.do === 'say') return standin.say(first, question.text).message_id
  if (question.do === 'press') return press(question.button)
  if (question.do === 'floods') return floods
  const fresh = shown.slice(told)
  told = shown.length
  return fresh
}

process.on('message', (question: Question) => {
  void answer(question).then((found) => process.send?.(found))
})
process.on('disconnect', () => process.exit())
await standin.start()
process.send?.({ root: standin.root, token: standin.token })
