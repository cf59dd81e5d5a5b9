import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bootWhenPossible } from '../src/waiting.ts'
import { calm, environmentOf, startTimedBot } from './support/bot.ts'

test('a database that cannot be opened is told once; put right, the bot starts by itself', async () => {
  await using bot = await startTimedBot({ config: calm })
  await bot.stop()
  const file = join(bot.home, 'mechanic.db')
  for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true })
  writeFileSync(file, 'no database at all, whatever its name says'.repeat(100))
  const before = bot.said().length
  const waits: string[] = []
  const environment = environmentOf(bot.home, bot.standin)
  const started = bootWhenPossible(environment, {
    clock: bot.clock,
    echo: false,
    waits: (problem) => waits.push(problem),
  })
  await expect.poll(() => bot.said().length, { timeout: 30_000 }).toBe(before + 1)
  await bot.pass(10 * 60_000, 10_000)
  expect(waits).toEqual([`cannot open the database ${file}: file is not a database`])
  const told = bot.said().slice(before)
  expect(told).toMatchObject([{ disable_notification: false }])
  expect(told[0]?.text).toContain('🔴 I cannot start on main: my database cannot be opened')
  expect(told[0]?.text).toContain('👉 move it aside to start afresh')
  rmSync(file)
  await bot.pass(60_000, 10_000)
  const running = await started
  const hello = async (): Promise<string | undefined> => {
    await bot.pass(1_000)
    return bot.said()[before + 1]?.text
  }
  await expect.poll(hello, { timeout: 30_000 }).toContain('on duty')
  const stopped = running.stop()
  await bot.pass(30_000)
  await stopped
})
