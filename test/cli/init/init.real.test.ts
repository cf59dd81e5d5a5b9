import { spawn } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/host/clock.ts'
import { createStandin } from '../../../src/standin/standin.ts'
import { type Daemon, startDaemon } from '../../managers/pm2/daemon.ts'
import { tempHome } from '../../support/home.ts'
import { configOf } from '../../config/load.ts'
import { loadKinds } from '../../../src/flow/kinds.ts'

const token = '7000000001:AAE-initToken_0123456789abcdefghijk'
const asha = 1001
const apps = ['api', 'mail worker', 'web']

/** Listens where its argument says, so that there is a health URL to find. */
const server = `
require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/health' ? 200 : 404
  response.end()
}).listen(Number(process.argv[2]), '127.0.0.1')
`

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => done(port))
    })
  })

/** A directory that is the program's own, but for the files that a person's set-up makes. */
function checkout(): string {
  const directory = tempHome()
  for (const name of readdirSync('.'))
    if (!['.git', '.env', 'mechanic.yaml', 'var', 'ecosystem.config.js'].includes(name))
      symlinkSync(resolve(name), join(directory, name))
  copyFileSync('ecosystem.config.js', join(directory, 'ecosystem.config.js'))
  return directory
}

/** Runs init with answers from a pipe. */
function init(
  directory: string,
  env: Readonly<Record<string, string>>,
  answers: (shown: string, say: (line: string) => void) => void,
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const child = spawn(process.execPath, [resolve('src/cli.ts'), 'init'], {
    cwd: directory,
    env,
    timeout: 90_000,
  })
  let shown = ''
  const take = (chunk: Buffer): void => {
    shown += String(chunk)
    answers(shown, (line) => void child.stdin.write(`${line}\n`))
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  return new Promise((done) => child.on('close', (code) => done({ code, shown })))
}

async function startApps(daemon: Daemon, port: number): Promise<void> {
  const script = join(daemon.home, 'web.cjs')
  writeFileSync(script, server)
  await daemon.pm2('start', script, '--name', 'web', '--', String(port))
  await daemon.pm2('start', daemon.script, '--name', 'api', '--', 'run')
  await daemon.pm2('start', daemon.script, '--name', 'mail worker', '--', 'run')
}

test('three programs under PM2 are watched, and the bot tells of them', async () => {
  const daemon = await startDaemon()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => daemon.end())
  const standin = createStandin({ clock: systemClock, token })
  const root = await standin.start()
  stack.defer(() => standin.stop())
  standin.addUser({ id: asha, name: 'Asha', started: false })
  const port = await freePort()
  await startApps(daemon, port)

  const directory = checkout()
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: daemon.home,
    PM2_HOME: daemon.home,
    TELEGRAM_API_ROOT: root,
    HTTP_LISTEN: `127.0.0.1:${await freePort()}`,
  }
  const begun = new Set<string>()
  const once = (what: string, run: () => void): void => {
    if (begun.has(what)) return
    begun.add(what)
    run()
  }
  const { code, shown } = await init(directory, env, (text, say) => {
    const link = /start=([\w-]+)\n/.exec(text)?.[1]
    if (text.includes('Bot token')) once('token', () => say(token))
    if (link !== undefined) once('start', () => void standin.say(asha, `/start ${link}`))
    if (text.includes('Your time zone')) once('zone', () => say('UTC'))
    if (text.includes('Quiet hours')) once('quiet', () => say('off'))
    if (text.includes('Shall it?')) once('start the bot', () => say('y'))
    if (text.includes('save\nRun it?')) once('save', () => say('y'))
    // Nothing of the machine that runs the test is changed.
    if (text.includes('This would see to it')) once('startup', () => say('n'))
  })
  expect({ code, shown }).toMatchObject({ code: 0 })
  expect(shown).toContain('✅ It runs')

  const text = readFileSync(join(directory, 'mechanic.yaml'), 'utf8')
  const config = configOf(text, { kinds: await loadKinds(), now: Date.now() })
  expect(config.services.map(({ manager }) => manager)).toEqual(
    apps.map((name) => ({ kind: 'pm2', name })),
  )
  expect(text).toContain(`health: http://127.0.0.1:${port}/health`)
  const saved = JSON.parse(readFileSync(join(daemon.home, 'dump.pm2'), 'utf8'))
  expect(saved.map(({ name }: { name: string }) => name).toSorted()).toEqual(
    [...apps, 'mechanic'].toSorted(),
  )

  await standin.waitFor(({ text: said }) => said.includes('on duty'), 60_000)
  const { message_id: asked } = standin.say(asha, '/status')
  const answer = await standin.waitFor(({ byBot, message_id: id }) => byBot && id > asked, 30_000)
  for (const name of ['api', 'mail-worker', 'web', 'disk', 'memory', 'load', 'cpu'])
    expect(answer.text).toContain(name)
})
