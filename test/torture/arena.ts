import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/host/clock.ts'
import { type Call, createStandin, type Standin } from '../../src/standin/standin.ts'
import { listen } from '../support/server.ts'
import { createServer } from 'node:net'
import { type Bot, processesOf, startBot } from './bot.ts'
import { configText } from './config.ts'
import { type Disk, mayMount, mountDisk } from './mounts.ts'
import { asha, ben, eve, viv } from './people.ts'
import { secrets } from './secrets.ts'
import { leak, vain, web } from './things/files.ts'
import { job } from './things/job.ts'
import { pages } from './things/pages.ts'
import { plugin } from './things/plugin.ts'
import { port } from './things/port.ts'
import { room } from './things/room.ts'
import type { Thing } from './things/thing.ts'

/** The bot, its Telegram, and everything that it watches. */
export interface Arena {
  /** Kept when a round failed. */
  readonly folder: string
  /** The bot's state directory, and its HOME. */
  readonly home: string
  readonly configFile: string
  readonly standin: Standin
  readonly things: readonly Thing[]
  /** Null where nothing may be mounted. */
  readonly disk: Disk | null
  /** The bot that runs or ran last. */
  readonly bot: Bot
  /** Epoch milliseconds at which a bot ended without having been asked to. */
  readonly deaths: readonly number[]
  /** Calls that earned a flood limit. */
  readonly floods: readonly Call[]
  /** Everything that all bots have written, its end. */
  readonly said: () => string
  /** Starts it unless it runs; more of its environment for this life. */
  start(env?: Readonly<Record<string, string>>): Bot
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM. @returns its exit code, null when it would not end and was killed */
  stop(): Promise<number | string | null>
  /** To be called for a bot that died by itself. */
  noteDeath(): void
  writeConfig(text?: string): void
  /** Moves the bot's wall clock away from the machine's, in ms. */
  setClock(off: number): void
  get(path: string, ms?: number): Promise<{ readonly status: number; readonly text: string } | null>
  close(keep: boolean): Promise<void>
}

const stopWithin = 30_000

const isEarned = ({ answer, fault }: Call): boolean =>
  answer?.ok === false && answer.error_code === 429 && fault !== 'flood'

async function freePort(): Promise<number> {
  const server = await listen(createServer())
  await server.close()
  return server.port
}

async function thingsIn(folder: string): Promise<readonly Thing[]> {
  const place = room(folder, mayMount())
  return [
    ...(await pages(secrets.password)),
    await port(),
    plugin(folder, secrets.password),
    job(),
    leak(folder),
    vain(folder, secrets.password),
    web(folder),
    ...(place ? [place] : []),
  ]
}

async function openStandin(): Promise<{ standin: Standin; floods: Call[] }> {
  const standin = createStandin({ clock: systemClock, token: secrets.token })
  await standin.start()
  for (const [id, name] of [
    [asha, 'Asha'],
    [ben, 'Ben'],
    [viv, 'Viv'],
  ] as const)
    standin.addUser({ id, name })
  standin.addUser({ id: eve, name: 'Eve' })
  const floods: Call[] = []
  standin.on('change', (change) => {
    if (change.kind === 'called' && isEarned(change.call)) floods.push(change.call)
  })
  return { standin, floods }
}

/** What lies on a mount goes with it: a copy stays. */
function keepState({ folder, home }: Arena): void {
  cpSync(home, join(folder, 'kept'), { recursive: true })
}

/** Opens everything but starts no bot yet. @param source the checkout that is tortured */
export async function openArena(source: string): Promise<Arena> {
  const folder = mkdtempSync(join(tmpdir(), 'mechanic-torture-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  const disk = mayMount() ? mountDisk(join(folder, 'disk'), home) : null
  const { standin, floods } = await openStandin()
  const things = await thingsIn(folder)
  const configFile = join(folder, 'mechanic.yaml')
  const clockFile = join(folder, 'clock')
  const listenAt = `127.0.0.1:${await freePort()}`
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    BOT_TOKEN: secrets.token,
    PAGE_KEY: secrets.pageKey,
    DB_PASSWORD: secrets.password,
    MECHANIC_HOME: home,
    MECHANIC_CONFIG: configFile,
    TELEGRAM_API_ROOT: standin.root,
    HTTP_LISTEN: listenAt,
    TORTURE_CLOCK: clockFile,
  }
  const deaths: number[] = []
  let earlier = ''
  let bot: Bot | null = null
  const current = (): Bot => {
    if (!bot) throw new Error('no bot was started yet')
    return bot
  }
  /** Once, however often it is asked for. */
  let closed: Promise<void> | null = null
  const shut = async (keep: boolean): Promise<void> => {
    for (const pid of processesOf(home)) process.kill(pid, 'SIGKILL')
    await bot?.gone(stopWithin)
    await standin.stop()
    for (const thing of things) await thing.close?.()
    if (keep) keepState(arena)
    disk?.close()
    if (!keep) rmSync(folder, { recursive: true, force: true })
  }
  const arena: Arena = {
    folder,
    home,
    configFile,
    standin,
    things,
    disk,
    deaths,
    floods,
    get bot() {
      return current()
    },
    said: () => earlier + (bot?.output() ?? ''),
    start(env = {}) {
      if (bot?.ended() === null) return bot
      earlier = arena.said().slice(-500_000)
      bot = startBot(source, { ...environment, ...env })
      return bot
    },
    async kill() {
      current().signal('SIGKILL')
      await current().gone(stopWithin)
      arena.noteDeath()
    },
    async stop() {
      current().signal('SIGTERM')
      if (await current().gone(stopWithin)) return current().ended()
      await arena.kill()
      return null
    },
    noteDeath: () => void deaths.push(Date.now()),
    writeConfig: (text = configText(things)) => writeFileSync(configFile, text),
    setClock(off) {
      writeFileSync(clockFile, String(off))
      if (bot?.ended() === null) bot.signal('SIGUSR2')
    },
    async get(path, ms = 3_000) {
      try {
        const signal = AbortSignal.timeout(ms)
        const response = await fetch(`http://${listenAt}${path}`, { signal })
        return { status: response.status, text: await response.text() }
      } catch {
        return null
      }
    },
    close: (keep) => (closed ??= shut(keep)),
  }
  arena.setClock(0)
  arena.writeConfig()
  return arena
}
