import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asha, type Bot, calm, startBot } from '../support/bot.ts'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { hasRestic } from '../support/repositories.ts'
import { tempHome } from '../support/home.ts'
import { until } from './support/wait.ts'

const within = 60_000
const password = 'correct horse'

const place = () => {
  const root = tempHome()
  const data = join(root, 'data')
  mkdirSync(data)
  writeFileSync(join(data, 'letters'), 'to whom it may concern'.repeat(5_000))
  return { data, repository: join(root, 'repository') }
}

const configOf = ({ data, repository }: ReturnType<typeof place>): string => `${calm}backups:
  letters:
    source: { paths: ["${data}"] }
    repository: ${repository}
    password: ${password}
    max_age: 26h
`

/** Says something, and what the bot answers. */
async function ask({ standin, said }: Bot, text: string) {
  const { message_id: mine } = standin.say(asha, text)
  const answer = () => said().find(({ message_id: id }) => id > mine)
  return until(answer, within, () => said().at(-1))
}

/** Presses a button that leads to a question, and the button of that; what it becomes in the end. */
async function order(bot: Bot, from: StoredMessage, label: string) {
  const { standin, said } = bot
  const last = Math.max(...said().map(({ message_id: id }) => id))
  standin.press(asha, from, label)
  const asked = () => said().find(({ message_id: id, text }) => id > last && text.startsWith('❓'))
  const question = await until(asked, within, () => said().at(-1))
  standin.press(asha, question, label)
  const now = () => said().find(({ message_id: id }) => id === question.message_id)?.text ?? ''
  const ended = () => (/^[✅❌⚠]/u.test(now()) ? now() : undefined)
  return { question: question.text, end: await until(ended, within, now) }
}

describe.skipIf(!hasRestic)('a backup from the chat', { timeout: 120_000 }, () => {
  test('is run by a button, shown with its age and size, and listed by the house', async () => {
    const files = place()
    await using bot = await startBot({ config: configOf(files) })
    const before = await ask(bot, '/backup')
    expect(before.text).toContain('🟡 letters: not taken yet')

    const card = await ask(bot, '/backup letters')
    expect(card.text).toContain(files.repository)
    const { question, end } = await order(bot, card, 'Back up letters')
    expect(question).toContain(files.data)
    expect(end).toContain('✅ Backed up letters')

    expect((await ask(bot, '/backup')).text).toMatch(/🟡 letters: .* old, 107 KiB · not proven yet/)
    const [snapshot, ...others] = await bot.running.house.snapshots('letters')
    expect(others).toEqual([])
    expect(snapshot).toMatchObject({ bytes: 110_000 })
    const listed = execFileSync('restic', ['snapshots', '--json'], {
      env: { ...process.env, RESTIC_REPOSITORY: files.repository, RESTIC_PASSWORD: password },
      encoding: 'utf8',
    })
    expect(listed).toContain(snapshot?.id)

    const drilled = await order(bot, await ask(bot, '/backup letters'), 'Drill letters')
    expect(drilled.end).toContain('✅ Proven: letters can be restored')
    const verified = await order(bot, await ask(bot, '/backup letters'), 'Verify letters')
    expect(verified.end).toContain('✅')
    expect((await ask(bot, '/backup')).text).toMatch(/🟢 letters: .* · proven .* ago/)
    expect((await ask(bot, '/backup letters')).text).toMatch(/✅ Drill .*\n[^]*✅ Verified /)
    expect(bot.log()).not.toContain(password)
  })

  test('whose repository does not answer as it should says so to whoever asks', async () => {
    const files = place()
    await using bot = await startBot({ config: configOf(files) })
    await expect(bot.running.house.snapshots('letters')).rejects.toThrow(/letters|repository/)
  })
})
