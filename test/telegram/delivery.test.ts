import fc from 'fast-check'
import { Api } from 'grammy'
import { expect, test } from 'vitest'
import { createDelivering, type Delivering } from '../../src/flow/delivering.ts'
import { type Bucket, spend, telegramLimits } from '../../src/standin/limits.ts'
import { openStore } from '../../src/store/store.ts'
import { createPace } from '../../src/telegram/limits.ts'
import { createSender } from '../../src/telegram/sender.ts'
import { tempHome } from '../support/home.ts'
import { type ManualClock, manualClock } from '../support/manual.ts'
import { patience, tries } from '../support/runs.ts'
import { english, memoryLog } from './support.ts'

const chats = [1001, 1002, 1003, -5001, -5002] as const

/** What Telegram does with the next calls; `lost`: it takes them, but its answer does not arrive. */
const moods = ['fine', 'lost', 'down', 'busy', 'hangs'] as const
type Mood = (typeof moods)[number]

type Step =
  | { readonly is: 'post'; readonly chat: number; readonly many: number }
  | { readonly is: 'wait'; readonly ms: number }
  | { readonly is: 'mood'; readonly mood: Mood }
  | { readonly is: 'kill' | 'stop' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('post' as const),
      chat: fc.constantFrom(...chats),
      many: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 50, 400, 3_000, 20_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('mood' as const), mood: fc.constantFrom(...moods) }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constantFrom('kill' as const, 'stop' as const) }) },
)

/** Telegram as its limits have it; its buckets know nothing of the bot's lives. */
function telegram(clock: ManualClock) {
  const buckets = new Map<string, Bucket>()
  const arrived: string[] = []
  const lost: string[] = []
  let floods = 0
  let mood: Mood = 'fine'
  const api = new Api('1:test')
  api.config.use(async (_previous, _method, payload, signal) => {
    const { chat_id: chat, text } = payload as unknown as { chat_id: number; text: string }
    const rates = [telegramLimits.all, chat < 0 ? telegramLimits.group : telegramLimits.privateChat]
    const keys = ['all', String(chat)]
    const meters = rates.map((rate, i) => ({ rate, bucket: buckets.get(keys[i] ?? '') }))
    const spent = spend(meters, clock.monotonic())
    spent.buckets.forEach((bucket, i) => buckets.set(keys[i] ?? '', bucket))
    if (spent.retryAfter > 0) floods++
    if (mood === 'down') return { ok: false, error_code: 502, description: 'Bad Gateway' }
    if (mood === 'busy')
      return {
        ok: false,
        error_code: 429,
        description: 'Too Many Requests',
        parameters: { retry_after: 3 },
      }
    if (mood !== 'hangs') arrived.push(text)
    if (mood === 'fine') return { ok: true, result: { message_id: arrived.length } as never }
    lost.push(text)
    if (mood === 'lost') throw new TypeError('fetch failed: ECONNRESET')
    return new Promise((_, reject) =>
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
    )
  })
  return {
    api,
    arrived,
    lost,
    floods: () => floods,
    is: (next: Mood) => void (mood = next),
  }
}

/** One life after the other of what delivers, over one database. */
function living(clock: ManualClock, api: Api) {
  const home = tempHome()
  let store = openStore(home)
  let delivering: Delivering
  let posted = 0
  const texts: string[] = []
  const begin = (spent: boolean): void => {
    const log = memoryLog()
    const pace = createPace(clock, spent)
    const sender = createSender({ api, words: english(() => clock.now()), pace, clock, log })
    const elsewhere = (): undefined => undefined
    const loop = { expect() {}, rest() {} }
    const heldUntil = (): null => null
    const tests = { delivered() {}, refused: () => false }
    const parts = { clock, log, store, sender, elsewhere, heldUntil, loop, tests }
    delivering = createDelivering(parts)
    store.outbox.unclaim()
    delivering.poke()
  }
  begin(false)
  return {
    texts,
    post(chat: number): void {
      const text = `m${posted++}.${chat}`
      texts.push(text)
      const message = { blocks: [{ line: { id: 'verbatim', args: { text } } }] }
      store.outbox.post({
        kind: 'note',
        chat: { id: chat },
        message,
        sound: false,
        at: clock.now(),
      })
      delivering.poke()
    },
    async again(how: 'kill' | 'stop'): Promise<void> {
      if (how === 'stop') {
        const stopped = delivering.stop()
        await clock.advance(6_000)
        await stopped
      }
      clock.clear()
      store.close()
      store = openStore(home)
      begin(true)
    },
    poke: () => delivering.poke(),
    depth: () => store.outbox.depth().waiting,
    close: () => store.close(),
  }
}

test(
  'nothing is lost, nothing comes twice but what went unanswered, and no limit of Telegram is met',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const clock = manualClock(Date.UTC(2026, 2, 10, 12))
        const outside = telegram(clock)
        const life = living(clock, outside.api)
        for (const one of steps) {
          if (one.is === 'post') for (let i = 0; i < one.many; i++) life.post(one.chat)
          if (one.is === 'wait') await clock.advance(one.ms)
          if (one.is === 'mood') outside.is(one.mood)
          if (one.is === 'kill' || one.is === 'stop') await life.again(one.is)
          expect(outside.floods()).toBe(0)
        }
        outside.is('fine')
        for (let i = 0; i < 60 && life.depth() > 0; i++) {
          await clock.advance(30_000)
          life.poke()
        }
        life.close()
        expect(outside.floods()).toBe(0)
        expect(new Set(outside.arrived)).toEqual(new Set(life.texts))
        for (const [text, times] of Map.groupBy(outside.arrived, (one) => one))
          expect(times.length).toBeLessThanOrEqual(
            1 + outside.lost.filter((one) => one === text).length,
          )
        // In each chat in the order in which they were written, where every answer came.
        if (outside.lost.length > 0) return
        for (const chat of chats) {
          const ofChat = (all: readonly string[]): readonly string[] =>
            all.filter((one) => one.endsWith(`.${chat}`))
          expect(ofChat(outside.arrived)).toEqual(ofChat(life.texts))
        }
      }),
      tries(10),
    )
  },
  patience,
)
