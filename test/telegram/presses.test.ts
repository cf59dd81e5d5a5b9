import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { patience, tries } from '../support/runs.ts'
import { later, open, type Opened } from './opened.ts'
import { asha, ben, settled, until, viv } from './support.ts'

const people = [asha, ben, viv]

type Step =
  | { readonly is: 'ask'; readonly by: number }
  | {
      readonly is: 'press'
      readonly by: number
      readonly question: number
      readonly button: 0 | 1
      readonly times: number
    }
  | { readonly is: 'wait'; readonly ms: number }
  | { readonly is: 'crash' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: fc.constant('ask' as const), by: fc.nat(2) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('press' as const),
      by: fc.constantFrom(0, 0, 1, 1, 2),
      question: fc.nat(3),
      button: fc.constantFrom(0 as const, 0 as const, 1 as const),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('wait' as const),
      ms: fc.constantFrom(1_000, 60_000, 119_000, 130_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('crash' as const) }) },
)

interface Question {
  readonly asker: number
  readonly message: StoredMessage
  readonly at: number
}

/** What a question may still lead to. */
interface Right {
  /** Somebody who may has confirmed it in time, and nobody had ended it before. */
  confirmed: boolean
  over: boolean
}

const dataOf = ({ reply_markup: markup }: StoredMessage, button: 0 | 1): string =>
  (markup?.inline_keyboard ?? []).flat()[button]?.callback_data ?? ''

async function ask({ standin, clock }: Opened, by: number): Promise<Question | undefined> {
  const asker = people[by]?.id ?? 0
  const { message_id: mine } = standin.say(asker, '/restart web')
  const answer = await standin.waitFor(
    ({ chat, message_id: id, byBot }) => byBot && chat.id === asker && id > mine,
  )
  return dataOf(answer, 0).startsWith('yes:')
    ? { asker, message: answer, at: clock.now() }
    : undefined
}

test(
  'however presses come, late, twice, by others, after a crash: done at most once, and always answered',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        await using opened = await open()
        const { standin, clock, house } = opened
        const questions: Question[] = []
        const rights = new Map<Question, Right>()
        for (const one of [{ is: 'ask', by: 0 } as const, ...steps]) {
          // The bot speaks at its own pace, also to whoever is quicker.
          await later(opened, 4_000)
          if (one.is === 'wait') {
            for (let left = one.ms; left > 0; left -= 10_000) {
              await later(opened, Math.min(left, 10_000))
              opened.telegram.sweep(clock.now())
            }
          }
          if (one.is === 'crash') await opened.restart()
          if (one.is === 'ask') {
            const question = await ask(opened, one.by)
            expect(question !== undefined).toBe(one.by !== 2)
            if (!question) continue
            questions.push(question)
            rights.set(question, { confirmed: false, over: false })
          }
          if (one.is !== 'press') continue
          const question = questions[one.question % Math.max(1, questions.length)]
          const right = question && rights.get(question)
          if (!question || !right) continue
          const by = one.by === 0 ? question.asker : (people[one.by]?.id ?? 0)
          const { asker, message, at } = question
          const presses = Array.from({ length: one.times }, () =>
            standin.forge(by, asker, message.message_id, dataOf(message, one.button)),
          )
          for (const press of presses) expect(await standin.waitForAnswer(press)).toBeDefined()
          if (by !== asker || right.over) continue
          if (clock.now() - at < 120_000 && one.button === 0) right.confirmed = true
          right.over = true
        }
        const wanted = [...rights.values()].filter(({ confirmed }) => confirmed).length
        await until(() => house.performed.length >= wanted)
        await settled()
        expect(house.performed.length).toBe(wanted)
        const tokens = house.performed.map(({ token }) => token)
        expect(new Set(tokens).size).toBe(tokens.length)
      }),
      tries(6),
    )
  },
  patience,
)
