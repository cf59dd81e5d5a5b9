import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Daemon, startDaemon } from '../managers/pm2/daemon.ts'
import { asha, calm, startBot } from '../support/bot.ts'
import { until } from './support/wait.ts'

let daemon: Daemon

beforeAll(async () => {
  daemon = await startDaemon()
})
afterAll(() => daemon.end())

const within = 60_000

/** Pids of what PM2 runs, by name. */
const pids = async (): Promise<Readonly<Record<string, readonly number[]>>> => {
  const list = JSON.parse(await daemon.pm2('jlist')) as readonly { name: string; pid: number }[]
  const byName = Object.groupBy(list, ({ name }) => name)
  return Object.fromEntries(
    Object.entries(byName).map(([name, all = []]) => [name, all.map(({ pid }) => pid)]),
  )
}

const service = (name: string): string =>
  `  ${name}: { manager: { pm2: ${name}, home: "${daemon.home}" }, every: 1s }\n`

const config = (services: readonly string[]): string =>
  `${calm}services:\n${services.map(service).join('')}tasks:
  weekly: { kind: rolling-restart, services: [${services.join(', ')}], within: 20s, for: 1s, watch: 1s, schedule: "0 1 1 1 *" }
`

it('restarts PM2 services one by one, and ends at one that does not come back', async () => {
  await daemon.pm2('start', daemon.script, '--name', 'one', '--', 'stay')
  await daemon.pm2('start', daemon.script, '--name', 'two', '-i', '2', '--', 'stay')
  const before = await pids()
  await using bot = await startBot({ config: config(['one', 'two']) })
  const { standin } = bot
  const run = async (): Promise<string> => {
    const known = bot.said().at(-1)?.message_id ?? 0
    const { message_id: mine } = standin.say(asha, '/run weekly')
    const question = await until(
      () => bot.said().find(({ message_id: id }) => id > Math.max(known, mine)),
      within,
      () => bot.said(),
    )
    standin.press(asha, question, 'Run weekly')
    const now = (): string =>
      bot.said().find(({ message_id: id }) => id === question.message_id)?.text ?? ''
    return until(() => (/^[✅❌]/u.test(now()) ? now() : undefined), within, now)
  }

  expect(await run()).toMatch(/^✅ Restarted 2 services: one, two/)
  const after = await pids()
  for (const name of ['one', 'two'])
    for (const pid of before[name] ?? []) expect(after[name]).not.toContain(pid)
  expect(after['two']).toHaveLength(2)

  // From now on the first one dies as soon as it is started.
  await writeFile(join(daemon.home, 'service.cjs'), 'process.exit(1)')
  expect(await run()).toMatch(/^❌ one did not come back[^]*Not begun: two/)
  expect((await pids())['two']).toEqual(after['two'])
}, 120_000)
