import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { asha, ben, type Bot, calm, startBot } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'
import { hasRestic } from '../support/repositories.ts'
import { scratch } from '../support/tool.ts'
import { until } from './support/wait.ts'

const within = 100_000

/** What the bot says next in a chat, or what one of its messages becomes. */
const hears = (bot: Bot, holds: (message: StoredMessage) => boolean, chat = asha) =>
  until(
    () => bot.said(chat).find(holds),
    within,
    () => bot.said(chat).at(-1),
  )

async function ask(bot: Bot, text: string, user = asha): Promise<StoredMessage> {
  const { message_id: mine } = bot.standin.say(user, text)
  return hears(bot, ({ message_id: id }) => id > mine, user)
}

/** Presses a button that leads to a question; that question. */
async function questionAfter(bot: Bot, from: StoredMessage, label: string) {
  const last = Math.max(...bot.said().map(({ message_id: id }) => id))
  bot.standin.press(asha, from, label)
  return hears(bot, ({ message_id: id, text }) => id > last && text.startsWith('❓'))
}

const ended = (bot: Bot, { message_id: id }: StoredMessage) =>
  hears(bot, (one) => one.message_id === id && /^[✅❌⚠🚨]/u.test(one.text))

describe.skipIf(!hasRestic)('a restore from the chat', { timeout: 200_000 }, () => {
  test('to the side, then over live data by typed words', async () => {
    const data = join(scratch(), 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'letters'), 'to whom it may concern')
    await using bot = await startBot({
      config: `${calm}backups:
  letters:
    source: { paths: ["${data}"] }
    repository: ${join(tempHome(), 'repository')}
    password: correct horse
`,
    })
    const backedUp = await questionAfter(bot, await ask(bot, '/backup letters'), 'Back up letters')
    bot.standin.press(asha, backedUp, 'Back up letters')
    expect((await ended(bot, backedUp)).text).toContain('✅')
    writeFileSync(join(data, 'letters'), 'scribbled over')

    expect((await ask(bot, '/restore', ben)).text).toContain('needs the role admin')
    const where = await ask(bot, '/restore letters latest')
    const side = await questionAfter(bot, where, 'To the side')
    expect(side.text).toContain(join(bot.home, 'restored', 'letters-TIME'))
    bot.standin.press(asha, side, 'Restore letters to the side')
    expect((await ended(bot, side)).text).toContain('to the side')
    const [place = ''] = readdirSync(join(bot.home, 'restored'))
    const file = join(bot.home, 'restored', place, data, 'letters')
    expect(readFileSync(file, 'utf8')).toBe('to whom it may concern')
    expect(readFileSync(join(data, 'letters'), 'utf8')).toBe('scribbled over')

    const live = await questionAfter(bot, where, 'Over live data')
    expect(live.text).toContain('I know of no service that writes to letters')
    bot.standin.press(asha, live, 'Restore letters over live data')
    const typing = await hears(
      bot,
      (one) => one.message_id === live.message_id && /sure/.test(one.text),
    )
    expect(typing.text).toContain('Everything that was written to letters since')
    bot.standin.say(asha, 'restore letters')
    const end = await ended(bot, live)
    expect(end.text).toContain('✅ Restored letters over live data')
    expect(readFileSync(join(data, 'letters'), 'utf8')).toBe('to whom it may concern')
    const [aside = ''] = readdirSync(join(data, '..')).filter((name) => name.startsWith('.before-'))
    expect(end.text).toContain(`rm -r ${join(data, '..', aside)}`)
    expect(readFileSync(join(data, '..', aside, 'data', 'letters'), 'utf8')).toBe('scribbled over')
    expect(await bot.running.house.snapshots('letters')).toHaveLength(2)
    expect(readdirSync(join(bot.home, 'scratch'))).not.toContain('restore-letters')
  })
})
