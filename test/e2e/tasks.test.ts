import { join } from 'node:path'
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { asha, ben, calm, startTimedBot, type TimedBot } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'

/** A task that tidies a directory of its own up, at such a time. */
const tasks = (place: string, schedule: string): string =>
  `${calm}tasks:\n  tidy: { kind: clean-files, paths: ["${place}/old-*"], older_than: 1d, schedule: "${schedule}" }\n`

/** A directory with one file that is old enough to go. */
function untidy(): { readonly place: string; readonly old: string } {
  const place = join(tempHome(), 'place')
  mkdirSync(place)
  const old = join(place, 'old-1')
  writeFileSync(old, 'x'.repeat(5_000))
  const longAgo = new Date('2026-01-01T00:00:00Z')
  utimesSync(old, longAgo, longAgo)
  return { place, old }
}

const last = (bot: TimedBot) => {
  const message = bot.said().at(-1)
  if (!message) throw new Error('nothing was said')
  return message
}

test('/run lists a task; started by hand it asks, does it, and tells of it in that message', async () => {
  const { place, old } = untidy()
  await using bot = await startTimedBot({ config: tasks(place, '0 5 * * *') })
  const list = await bot.ask(asha, '/run')
  expect(list.text).toMatch(/Scheduled\n.*tidy \(clean-files\), next .*, never run yet/)
  const question = await bot.ask(asha, '/run tidy')
  expect(question.text).toContain(old)
  expect(existsSync(old)).toBe(true)
  await bot.press(asha, question, 'Run tidy')
  await bot.pass(5_000)
  expect(existsSync(old)).toBe(false)
  const told = bot.said().find((one) => one.message_id === question.message_id)
  expect(told?.text).toMatch(/^✅ Ran tidy: freed .* in 1 file/)
  expect((await bot.ask(asha, '/run')).text).toMatch(/last .*: ✅ Ran tidy/)
})

test('a changed schedule is shown as a diff and applied by an admin', async () => {
  const { place } = untidy()
  await using bot = await startTimedBot({ config: tasks(place, '0 5 * * *') })
  await bot.stop()
  bot.write(tasks(place, '0 6 * * *'))
  await bot.start()
  await bot.pass(5_000)
  const diff = last(bot)
  expect(diff.text).toContain(
    '− tidy · clean-files · 0 5 * * * · UTC\n+ tidy · clean-files · 0 6 * * * · UTC',
  )
  expect(await bot.press(asha, diff, 'Apply schedule')).toBe('')
  await bot.pass(3_000)
  const question = last(bot)
  expect(question.text).toContain('+ tidy · clean-files · 0 6 * * * · UTC')
  await bot.press(asha, question, 'Apply schedule')
  await bot.pass(5_000)
  const texts = bot.said().map(({ text }) => text)
  expect(texts.some((text) => text?.startsWith('✅ Applied the schedule: 1 task'))).toBe(true)
  expect(texts.some((text) => text?.includes('Asha applied the schedule'))).toBe(true)
  const list = await bot.ask(ben, '/run')
  expect(list.text).toMatch(/tidy \(clean-files\), next .*06:00/)
})
