import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../../src/host/clock.ts'
import { type Call, createStandin } from '../../../src/standin/standin.ts'
import { now, type Shown } from '../support/telegram.ts'

/** The Bot API as a process of its own, without Telegram's limits: they are not what is measured. */

const { users } = JSON.parse(process.argv[2] ?? '') as { users: number }
const first = 1001
const unlimited = { burst: Infinity, perSecond: 1 }
const standin = createStandin({
  clock: systemClock,
  limits: { all: unlimited, privateChat: unlimited, group: unlimited },
})
for (let user = 0; user < users; user++)
  standin.addUser({ id: first + user, name: `User ${user}`, started: true })

const shown: Shown[] = []
let told = 0
const waiting = new Set<() => void>()
const shows = new Set(['sendMessage', 'editMessageText', 'sendDocument'])
const replies = new Map<number, () => void>()

standin.on('change', (change) => {
  if (change.kind !== 'called' || !shows.has(change.call.method)) return
  note(change.call)
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

async function answer(question: Question): Promise<unknown> {
  if (question.do === 'until') return until(question.text, question.ms)
  if (question.do === 'latencies') return latencies(question.text, question.times, question.pause)
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
