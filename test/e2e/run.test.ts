import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asha, ben, calm, startTimedBot, type TimedBot } from '../support/bot.ts'

const config = `${calm}
checks:
  disk: { kind: disk, path: /, warning: 'used > 99.9%', fix: free-disk, runbook: docs/disk.md }
fixes:
  free-disk: { kind: clean-files, paths: ['/var/tmp/build-*'], older_than: 7d }
  renew: { kind: command, run: [certbot, renew] }
`

/** Lets time pass until the bot has said something. */
async function hear(bot: TimedBot, text: RegExp): Promise<string> {
  for (let tenth = 0; tenth < 600; tenth++) {
    const found = bot.said().find((one) => text.test(one.text))
    if (found) return found.text
    await bot.clock.advance(100)
  }
  throw new Error(`not heard: ${text}; ${bot.said().at(-1)?.text}`)
}

test('a rehearsal from the chat: offered, played, told, and nothing is left of it', async () => {
  await using bot = await startTimedBot({ config })
  const offer = await bot.ask(asha, '/run')
  expect(offer.text).toContain('What shall I run?')
  expect(await bot.press(asha, offer, 'Rehearse free-disk')).toBe(
    '⏳ Rehearsing free-disk… up to 2 minutes.',
  )
  const told = await hear(bot, /^✅ Rehearsed/)
  expect(told).toMatch(
    /^✅ Rehearsed free-disk: it works, .* in all\n💥 Made: 3 files older than 7d/,
  )
  expect(told).toMatch(/\n👁 Seen after .*\n🔧 freed .*\n☑️ Verified after .*\n🛟 What had to stay/)
  expect(told).toContain('\n🧹 Cleaned up: no file and no process is left of it.')
  expect(readdirSync(join(bot.home, 'rehearsal'))).toEqual(['mechanic.lock'])
  expect((await bot.ask(asha, '/history')).text).toBe('Nothing has happened yet.')
  expect((await bot.ask(asha, '/audit')).text).toContain('rehearse:free-disk')
})

test('what cannot be played says so; two at once are refused', async () => {
  await using bot = await startTimedBot({ config })
  expect((await bot.ask(asha, '/run rehearse ren')).text).toMatch(
    /^❌ Rehearse renew: I do not know .* Nothing was done\.\nThis is what it would do right now\ncertbot renew$/,
  )
  bot.standin.say(asha, '/run rehearse free')
  bot.standin.say(asha, '/run rehearse free')
  expect(await hear(bot, /another rehearsal runs/)).toMatch(/^❌/)
  await hear(bot, /^✅ Rehearsed free-disk/)
})

test('a test alert reaches the chat, and tells its times', async () => {
  await using bot = await startTimedBot({ config })
  const answer = await bot.ask(ben, '/run test disk')
  expect(answer.text).toMatch(/^🧪 A test alert of disk/)
  const told = await hear(bot, /^✅ TEST over/)
  expect(told).toContain('Asked for by Ben; nothing was wrong.')
  await hear(bot, /→ at Telegram .* → edited /)
  expect(told).toContain('📖 docs/disk.md')
  expect((await bot.ask(asha, '/incidents')).text).toBe('No open incidents')
})
