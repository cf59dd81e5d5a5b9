import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asha, calm, startTimedBot } from '../support/bot.ts'
import { fileService } from './support/service.ts'

const token = '7000000001:AAE-e2eToken_0123456789abcdefghijk'
const password = 'pl4in&simple'
const url = `postgres://app:${encodeURIComponent(password)}@db.internal/app`

test('what commands give away is hidden in the chat, in the log and in the store', async () => {
  const web = fileService(`echo "cannot reach ${url} with ${password} as ${token}" >&2; exit 9`)
  await using bot = await startTimedBot({
    standin: { token },
    env: { DATABASE_URL: url, DB_PASSWORD: password },
    config: `${calm}
services:
  web: { manager: ${web.manager}, restart: auto }
checks:
  db:
    kind: command
    run: ["sh", "-c", "echo 'FATAL: password ${password} rejected for ${url}'; echo 'token ${token}' ; exit 2"]
    every: 30s
    fix: mend
fixes:
  mend: { kind: command, run: ["sh", "-c", "echo 'tried ${url}, then ${token}' >&2; exit 1"], attempts: 2, backoff: 5s }
`,
  })
  web.down()
  await bot.pass(180_000)
  const texts = (): readonly string[] =>
    bot.said().flatMap(({ versions }) => versions.map(({ text }) => text))
  for (const command of [
    '/status',
    '/status db',
    '/status web',
    '/incidents',
    '/history',
    '/heartbeat',
    '/logs web',
    '/settings',
    '/audit',
  ])
    await bot.ask(asha, command)
  const details = bot
    .said()
    .filter((message) => JSON.stringify(message.reply_markup ?? {}).includes('Details'))
  expect(details.length).toBeGreaterThan(0)
  for (const message of details) {
    const button = message.reply_markup?.inline_keyboard
      ?.flat()
      .find(({ text }) => text.startsWith('Details'))
    await bot.press(asha, message, button?.text ?? '')
  }
  await bot.pass(30_000)
  expect(texts().join('\n')).toContain('FATAL: password *** rejected')
  expect(texts().join('\n')).toMatch(/restart: tried 3 times, did not help/)
  await bot.stop()
  const stored = readdirSync(bot.home)
    .filter((name) => name.startsWith('mechanic.db'))
    .map((name) => readFileSync(join(bot.home, name), 'latin1'))
  expect(stored.join()).toContain('FATAL')
  const everywhere = [texts().join('\n'), bot.log(), ...stored].join('\n')
  expect(everywhere).not.toContain(token)
  expect(everywhere).not.toContain(password)
  expect(everywhere).not.toContain(encodeURIComponent(password))
})
