import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { boot } from '../../src/boot.ts'
import { systemClock } from '../../src/host/clock.ts'
import { type Daemon, startDaemon } from '../managers/pm2/daemon.ts'
import { asha } from '../support/bot.ts'
import { startServer } from '../support/server.ts'
import { type Chat, type Shown, standinChat, testApiChat } from './support/chats.ts'
import { readState } from './support/state.ts'
import { until } from './support/wait.ts'

const kills = 10

/** Writes its pid down, and runs as long as nothing is broken. */
const app = (home: string): string => `
const fs = require('node:fs')
if (fs.existsSync('${home}/broken')) {
  console.error('Error: cannot open database /srv/app.db')
  process.exit(3)
}
fs.appendFileSync('${home}/starts', process.pid + '\\n')
setInterval(() => {}, 1000)
`

const pidsOf = (home: string): readonly number[] => {
  const file = join(home, 'starts')
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map(Number) : []
}

interface Stage {
  readonly chat: Chat
  readonly daemon: Daemon
  readonly home: string
}

/** Waits for a message that comes after `known` others. */
const said = ({ chat }: Stage, known: number, fits: (message: Shown) => boolean, ms = 30_000) =>
  until(
    () => chat.shown().slice(known).find(fits),
    ms,
    () => chat.shown().slice(known),
  )

const verified = (home: string): number => readState(home).verified

/** Killed again and again: each time the bot starts it again, and says nothing. */
async function killed(stage: Stage): Promise<void> {
  const { chat, home } = stage
  const hello = chat.shown().length
  for (let kill = 1; kill <= kills; kill++) {
    process.kill(pidsOf(home).at(-1) ?? 0, 'SIGKILL')
    await until(
      () => (verified(home) === kill ? true : undefined),
      40_000,
      () => pidsOf(home),
    )
  }
  expect(pidsOf(home)).toHaveLength(kills + 1)
  expect(chat.shown()).toHaveLength(hello)
  await chat.say('/heartbeat')
  const { text } = await said(stage, hello, ({ text: words }) => words.includes('All well'))
  expect(text.match(/web fixed by restart: was down/g)).toHaveLength(kills)
}

/** It cannot start any more: three attempts, then one message with what a person needs. */
async function broken(stage: Stage): Promise<void> {
  const { chat, home } = stage
  const known = chat.shown().length
  writeFileSync(join(home, 'broken'), '')
  process.kill(pidsOf(home).at(-1) ?? 0, 'SIGKILL')
  const told = await said(stage, known, () => true, 90_000)
  expect(told.text).toMatch(/^🟠 web is down/)
  expect(told.text).toContain('restart: tried 3 times, did not help')
  await said(stage, known, ({ text }) => text.includes('cannot open database /srv/app.db'))
  expect(told.buttons.map(({ text }) => text)).toEqual(expect.arrayContaining(['Restart', 'Logs']))
  await sleep(20_000)
  expect(chat.shown()).toHaveLength(known + 1)
}

/** An operator restarts it with the button, once it can start again. */
async function restarted(stage: Stage): Promise<void> {
  const { chat, home } = stage
  const known = chat.shown().length
  rmSync(join(home, 'broken'))
  await chat.press(chat.shown().at(-1) as Shown, 'Restart')
  const question = await said(stage, known, ({ text }) => text.includes('Restart web?'))
  await chat.press(question, 'Restart web')
  await said(stage, known, ({ text }) => text.startsWith('✅ Restarted web'), 40_000)
  expect(chat.shown()[known - 1]?.text).toMatch(/^✅ web is fine again after a restart by hand/)
}

/** A person stops it: noted once, without sound, and left alone. */
async function stopped(stage: Stage): Promise<void> {
  const { chat, daemon, home } = stage
  const known = chat.shown().length
  const starts = pidsOf(home).length
  await daemon.pm2('stop', 'web')
  const note = await said(stage, known, () => true)
  expect(note).toMatchObject({
    silent: true,
    text: expect.stringMatching(/^⏸ web was stopped by hand/),
  })
  expect(note.buttons.map(({ text }) => text)).toContain('Restart')
  await sleep(20_000)
  expect(pidsOf(home)).toHaveLength(starts)
  expect(chat.shown()).toHaveLength(known + 1)
  await daemon.pm2('start', 'web')
  await said(stage, known, ({ text }) => text.startsWith('✅ web is fine again'), 40_000)
  expect(chat.shown()).toHaveLength(known + 1)
}

const freePort = async (): Promise<number> => (await startServer('closed')).port

test.concurrent.each([
  ['the stand-in', standinChat],
  ['telegram-test-api', async () => testApiChat(await freePort())],
] as const)('a service under PM2, told on %s', { timeout: 400_000 }, async (_, open) => {
  await using chat = await open()
  const daemon = await startDaemon()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => daemon.end())
  const { home } = daemon
  writeFileSync(join(home, 'app.cjs'), app(home))
  writeFileSync(
    join(home, 'mechanic.yaml'),
    `timezone: UTC
defaults: off
notify: { quiet_hours: off, heartbeat: { schedule: "0 0 1 1 *", send: never } }
services: { web: { manager: { pm2: web, home: ${home} }, restart: auto } }
`,
  )
  await daemon.pm2('start', join(home, 'app.cjs'), '--name', 'web', '--no-autorestart')
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    BOT_TOKEN: chat.token,
    ALLOWED_USERS: String(asha),
    MECHANIC_HOME: home,
    MECHANIC_CONFIG: join(home, 'mechanic.yaml'),
    TELEGRAM_API_ROOT: chat.root,
    HTTP_LISTEN: 'off',
  }
  const bot = await boot(env, { clock: systemClock, echo: false })
  stack.defer(() => bot.stop())
  const stage = { chat, daemon, home }
  // A server that does not say whom it knows is waited for.
  await said(stage, 0, ({ text }) => text.includes('on duty'), 60_000)
  await killed(stage)
  await broken(stage)
  await restarted(stage)
  await stopped(stage)
  expect(chat.shown().every(({ silent }) => silent)).toBe(true)
})
