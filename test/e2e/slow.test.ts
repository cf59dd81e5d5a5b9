import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asha, ben, calm, startBot } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'

test("a slow command delays nobody else's, nor other commands of the same person", async () => {
  const slow = join(tempHome(), 'slow')
  const status = JSON.stringify(['sh', '-c', `while [ -e ${slow} ]; do sleep 0.02; done`])
  await using bot = await startBot({
    config: `${calm}services: { web: { manager: { command: { start: "true", status: ${status} } }, timeout: 20s } }`,
  })
  const { standin } = bot
  await standin.waitFor(({ text }) => text.includes('on duty'))
  writeFileSync(slow, '')
  standin.say(asha, '/restart web')
  standin.say(ben, '/status')
  standin.say(asha, '/incidents')
  await standin.waitFor(({ chat, text }) => chat.id === ben && text.includes('All is well'))
  await standin.waitFor(({ text }) => text === 'No open incidents')
  expect(bot.said().filter(({ text }) => text.includes('Restart web?'))).toEqual([])
  rmSync(slow)
  await standin.waitFor(({ text }) => text.includes('Restart web?'))
})
