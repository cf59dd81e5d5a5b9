import { once } from 'node:events'
import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createStandin, type StoredMessage } from '../../src/standin/standin.ts'
import { asha, calm, environmentOf } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'
import { startProcess } from './support/process.ts'
import { fileService } from './support/service.ts'

/** A bot in a process of its own, and a service whose start command does not return by itself. */
async function setting() {
  const home = tempHome()
  const web = fileService('echo $$ > pid && touch up started && exec sleep 60')
  onTestFinished(() => void process.kill(Number(readFileSync(join(web.folder, 'pid'), 'utf8'))))
  writeFileSync(
    join(home, 'mechanic.yaml'),
    `${calm}services: { web: { manager: ${web.manager} } }`,
  )
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  onTestFinished(() => standin.stop())
  standin.addUser({ id: asha, name: 'Asha' })
  const env = { ...environmentOf(home, standin), HTTP_LISTEN: 'off' }
  return { web, standin, start: () => startProcess(env) }
}

/** The data of a message's first button. */
const dataOf = ({ reply_markup }: StoredMessage): string =>
  reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? ''

/** Resolves when a file is there. */
async function created(folder: string, name: string): Promise<void> {
  const watcher = watch(folder)
  try {
    while (!existsSync(join(folder, name))) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}

test('a bot killed between the press and the end does nothing twice, and tells how it ended', async () => {
  const { web, standin, start } = await setting()
  const first = start()
  standin.say(asha, '/restart web')
  const question = await standin.waitFor(({ text }) => text.includes('Restart web?'), 15_000)
  standin.press(asha, question, 'Restart web')
  await created(web.folder, 'started')
  await first.kill()
  expect(web.starts()).toBe(1)
  const second = start()
  onTestFinished(async () => void (await second.end()))
  await standin.waitFor(({ text }) => text.startsWith('✅ Restarted web'), 30_000)
  expect(web.starts()).toBe(1)
  const again = standin.forge(asha, asha, question.message_id, dataOf(question))
  expect((await standin.waitForAnswer(again)).text).toContain('already confirmed')
  expect(web.starts()).toBe(1)
})
