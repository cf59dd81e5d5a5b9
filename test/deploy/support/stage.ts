import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/host/clock.ts'
import { createStandin, type Standin } from '../../../src/standin/standin.ts'
import { type BotProcess, startProcess } from '../../e2e/support/process.ts'
import { type Daemon, startDaemon } from '../../managers/pm2/daemon.ts'
import { asha, ben, environmentOf, failOn, people, viv, watchFloods } from '../../support/bot.ts'
import { tempHome } from '../../support/home.ts'
import { freePort } from '../../support/nginx.ts'
import { npmCi } from './app.ts'
import { createOrigin, type Origin } from './origin.ts'

const pm2 = resolve('node_modules/pm2/bin/pm2')

/** A value that must never be seen. */
export const secret = 'correct-horse-battery-staple'
export const hookSecret = 'it-is-a-secret-to-everybody'

export interface StageOptions {
  /** More lines of `deploy:`, by key. */
  readonly deploy?: Readonly<Record<string, string>>
  /** Where releases go; a directory of its own by default. */
  readonly path?: string
  /** Where the application is asked, by people and by its health check; any free one by default. */
  readonly port?: number
}

/** A real repository, a real PM2, and the bot as a process of its own in front of the stand-in. */
export interface Stage {
  readonly home: string
  /** `deploy.path` */
  readonly path: string
  readonly origin: Origin
  readonly standin: Standin
  readonly daemon: Daemon
  bot(): BotProcess
  /** Starts the bot, again after it ended, and waits until it listens to the chat. */
  start(): Promise<void>
  /** What the application answers now; '' while nobody answers. */
  served(): Promise<string>
  /** Of the bot's private server. */
  readonly http: string
  /** Of the application, as people ask it. */
  readonly url: string
}

/** A deploy that is quick, and still does all there is. */
const usual = {
  branch: 'main',
  validate: `[${npmCi}, [node, validate.cjs]]`,
  build: `[${npmCi}, [node, build.cjs]]`,
  healthy: '{ within: 15s, for: 6s }',
  timeout: '60s',
  keep: '3',
}

interface Places {
  readonly home: string
  readonly path: string
  readonly url: string
  readonly port: number
}

const configOf = (
  { path, url, port }: Places,
  pm2Home: string,
  more: Readonly<Record<string, string>>,
): string => {
  // A blue-green copy has a name, a link and a port of its own.
  const folder = join(path, '${COLOUR:-current}')
  const start = `${process.execPath} ${pm2} start ${folder}/server.cjs --cwd ${folder}`
  const deploy = {
    repo: url,
    path,
    start: JSON.stringify(
      `${start} --name "$APP" -i 2 --kill-timeout 5000`.replaceAll('${', '$$$${'),
    ),
    webhook: `{ secret: "\${HOOK_SECRET}" }`,
    ...usual,
    ...more,
  }
  return `${people}timezone: UTC
notify: { quiet_hours: off, heartbeat: { schedule: "0 0 1 1 *", send: never } }
services:
  web:
    manager: { pm2: web, home: ${pm2Home} }
    health: { url: "http://127.0.0.1:${port}/", expect: hello }
    every: 2s
    timeout: 2s
    env: { PORT: "${port}", PM2_HOME: ${pm2Home}, APP_PASSWORD: "\${APP_PASSWORD}" }
    deploy:
${Object.entries(deploy)
  .map(([key, value]) => `      ${key}: ${value}\n`)
  .join('')}`
}

/** Everything is set up but the first release. All of it ends with the test. */
export async function openStage({
  deploy = {},
  path,
  port: asked,
}: StageOptions = {}): Promise<Stage> {
  const home = tempHome()
  // The bot deploys into no directory that the system makes for itself, such as /dev/shm.
  const root = path ?? mkdtempSync(join(tmpdir(), 'mechanic-web-'))
  const origin = createOrigin(tempHome())
  const port = asked ?? (await freePort())
  const httpPort = await freePort()
  const daemon = await startDaemon()
  onTestFinished(() => daemon.end())
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  const floods = watchFloods(standin)
  onTestFinished(async () => {
    await standin.stop()
    failOn(floods)
  })
  standin.addUser({ id: asha, name: 'Asha' })
  standin.addUser({ id: ben, name: 'Ben' })
  standin.addUser({ id: viv, name: 'Viv' })
  const places = { home, path: root, url: origin.url, port }
  writeFileSync(join(home, 'mechanic.yaml'), configOf(places, daemon.home, deploy))
  const env = {
    ...environmentOf(home, standin),
    HTTP_LISTEN: `127.0.0.1:${httpPort}`,
    APP_PASSWORD: secret,
    HOOK_SECRET: hookSecret,
  }
  let bot: BotProcess | undefined
  const start = async (): Promise<void> => {
    bot = startProcess(env)
    const { child } = bot
    onTestFinished(() => void child.kill('SIGKILL'))
    await standin.waitForPoll(30_000)
  }
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return {
    home,
    path: root,
    origin,
    standin,
    daemon,
    http: `http://127.0.0.1:${httpPort}`,
    url: `http://127.0.0.1:${port}/`,
    bot() {
      if (!bot) throw new Error('the bot does not run')
      return bot
    },
    start,
    served: () => answerOf(port),
  }
}

async function answerOf(port: number): Promise<string> {
  try {
    const signal = AbortSignal.timeout(2_000)
    return await (await fetch(`http://127.0.0.1:${port}/`, { signal })).text()
  } catch {
    return ''
  }
}
