import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startDaemon } from '../managers/pm2/daemon.ts'
import { asha, calm, startBot } from '../support/bot.ts'

const token = '7000000001:AAE-e2eToken_0123456789abcdefghijk'
const password = 'pl4in&simple'

/** Writes 300 lines that give everything away, then runs. */
const app = `
for (let n = 1; n <= 300; n++)
  console.log('line ' + n + ' as app:${password}@db with ${token}')
setInterval(() => {}, 1000)
`

/** Fails at the same thing for ever, with other numbers, as soon as it is told to. */
const failing = `
process.on('SIGUSR2', () => {
  for (let n = 1; n <= 40; n++) console.error('Error: job ' + n + ' of 10.0.0.' + n + ' lost, password=pl4in-' + n)
  console.log('Error: disk of app:${password}@db is gone')
})
console.log('ready')
setInterval(() => {}, 1000)
`

test('errors in the log of a service are one incident, by pattern, without secrets', async () => {
  const daemon = await startDaemon()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => daemon.end())
  const script = join(daemon.home, 'app.cjs')
  writeFileSync(script, failing)
  await daemon.pm2('start', script, '--name', 'web')
  await using bot = await startBot({
    standin: { token },
    env: { DB_PASSWORD: password },
    config: `${calm}services: { web: { manager: { pm2: web, home: ${daemon.home} } } }
checks: { errors: { kind: log, service: web, every: 1s, warning: matches > 30 } }`,
  })
  const { standin } = bot
  await standin.waitFor(({ text }) => text.includes('on duty'), 20_000)
  await daemon.pm2('sendSignal', 'SIGUSR2', 'web')
  const pattern = 'Error: job <n> of <ip> lost, password=***'
  const told = await standin.waitFor(({ text }) => text.includes(pattern), 20_000)
  expect(told.text).toMatch(/^🟠 errors matches \d+ \(limit matches > 30\)/)
  expect(told.text).toContain('Error: job 1 of 10.0.0.1 lost, password=***')
  standin.say(asha, '/logs web erors')
  const listed = await standin.waitFor(({ text }) => text.includes('of 2 patterns'), 20_000)
  expect(listed.text).toMatch(/41 errors in the newest 42 lines/)
  expect(listed.text).toMatch(/40× Error: job <n> of <ip> lost/)
  const everything = [...bot.said().map(({ text }) => text), bot.log()].join('\n')
  expect(everything).not.toContain(password)
  expect(everything).not.toContain('pl4in-')
})

test('long logs come as a file with the newest lines before it, without secrets', async () => {
  const daemon = await startDaemon()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => daemon.end())
  const script = join(daemon.home, 'app.cjs')
  writeFileSync(script, app)
  await daemon.pm2('start', script, '--name', 'web')
  await using bot = await startBot({
    standin: { token },
    env: { DB_PASSWORD: password },
    config: `${calm}services: { web: { manager: { pm2: web, home: ${daemon.home} } } }`,
  })
  const { standin } = bot
  await standin.waitFor(({ text }) => text.includes('on duty'), 20_000)
  standin.say(asha, '/logs web 200')
  const long = await standin.waitFor(({ document }) => document !== undefined, 20_000)
  expect(long.document?.name).toBe('web.log')
  const lines = Buffer.from(long.document?.bytes ?? [])
    .toString()
    .trimEnd()
    .split('\n')
  expect(lines).toHaveLength(200)
  expect(lines[0]).toMatch(/line 101 as/)
  expect(lines.at(-1)).toMatch(/line 300 as app:\*\*\*@db with \*\*\*/)
  expect(long.text).toMatch(/^📄 web, the newest 200 lines\n/)
  expect(long.text.match(/line \d+/g)).toEqual(
    Array.from({ length: 10 }, (_, at) => `line ${291 + at}`),
  )
  standin.say(asha, '/logs web 5')
  const short = await standin.waitFor(({ text }) => text.includes('the newest 5 lines'), 20_000)
  expect(short.document).toBeUndefined()
  expect(short.text.match(/line \d+/g)).toHaveLength(5)
  const everything = [...bot.said().map(({ text }) => text), ...lines, bot.log()].join('\n')
  expect(everything).not.toContain(password)
  expect(everything).not.toContain(token)
})
