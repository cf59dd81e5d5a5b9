import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { boot, type Running } from '../../src/boot.ts'
import type { Clock } from '../../src/contract/clock.ts'
import { loadKinds } from '../../src/flow/kinds.ts'
import { systemClock } from '../../src/host/clock.ts'
import {
  type Call,
  createStandin,
  type Standin,
  type StandinOptions,
  type StoredMessage,
} from '../../src/standin/standin.ts'
import { tempHome } from './home.ts'
import { type ManualClock, manualClock } from './manual.ts'
import { hangs, quiet } from './quiet.ts'

/** Admin, operator, viewer, and somebody whom the config does not know. */
export const asha = 1001
export const ben = 1002
export const viv = 1003
export const eve = 6666

export const people = `
operators:
  - { id: ${asha}, name: Asha, role: admin }
  - { id: ${ben}, name: Ben, role: operator }
  - { id: ${viv}, name: Viv, role: viewer }
defaults: off
`

/** No quiet hours, and no heartbeat: node-cron knows the machine's time only. */
export const calm = `${people}timezone: UTC
notify: { quiet_hours: off, heartbeat: { schedule: "0 0 1 1 *", send: never } }
`

/** A Thursday at noon. */
const noon = '2026-01-15T12:00:00Z'

export interface BotOptions {
  readonly config: string
  /** Where the clock of the bot and of the stand-in begins. */
  readonly at?: string
  readonly env?: Readonly<Record<string, string>>
  readonly standin?: Omit<StandinOptions, 'clock'>
  /** Plays with the stand-in before the bot starts; everybody in `people` has pressed Start. */
  readonly before?: (standin: Standin) => void
}

/** The whole bot, as `boot` starts it, and the chat it lives in. */
export interface Bot extends AsyncDisposable {
  readonly standin: Standin
  readonly home: string
  /** Of the running program; new after each start. */
  readonly running: Running
  /** Its log file so far. */
  log(): string
  write(config: string): void
  start(): Promise<void>
  /** As on SIGTERM. */
  stop(): Promise<void>
  /** What the bot has said in a chat, oldest first; Asha's by default. */
  said(chat?: number): readonly StoredMessage[]
}

/** A bot whose time moves when a test says so; everything else about it is real. */
export interface TimedBot extends Bot {
  readonly clock: ManualClock
  /** Everything that can go on without time has gone on. */
  rest(): Promise<void>
  /** Lets time pass in steps, as coarse as the test may take them: timers of one step run once. */
  pass(ms: number, step?: number): Promise<void>
  /** Writes to the bot and returns its answer. */
  ask(user: number, text: string): Promise<StoredMessage>
  /** Presses a button and returns what is shown over it. */
  press(user: number, message: StoredMessage, button: string): Promise<string>
}

const isUnplanned = ({ answer, fault }: Call): boolean =>
  answer?.ok === false && answer.error_code === 429 && fault !== 'flood'

/** The bot never earns a flood limit, whatever a test does to it. */
export function watchFloods(standin: Standin): readonly Call[] {
  const floods: Call[] = []
  standin.on('change', (change) => {
    if (change.kind === 'called' && isUnplanned(change.call)) floods.push(change.call)
  })
  return floods
}

function newStandin(clock: Clock, { standin: settings, before }: BotOptions): Standin {
  const standin = createStandin({ clock, ...settings })
  for (const [id, name] of [
    [asha, 'Asha'],
    [ben, 'Ben'],
    [viv, 'Viv'],
    [eve, 'Eve'],
  ] as const)
    standin.addUser({ id, name, started: id !== eve })
  before?.(standin)
  return standin
}

export const failOn = (floods: readonly Call[]): void => {
  if (floods.length > 0)
    throw new Error(`the bot earned a 429: ${JSON.stringify(floods[0]?.params).slice(0, 300)}`)
}

/** The environment of a bot of its own: no `.env`, no PM2 of this machine. */
export const environmentOf = (home: string, standin: Standin): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  BOT_TOKEN: standin.token,
  MECHANIC_HOME: home,
  MECHANIC_CONFIG: join(home, 'mechanic.yaml'),
  TELEGRAM_API_ROOT: standin.root,
  HTTP_LISTEN: '127.0.0.1:0',
})

interface Parts {
  readonly clock: Clock
  readonly standin: Standin
  readonly started: () => Promise<void>
  /** Sees to it that a stop ends, where time would not move by itself. */
  readonly during: (stopped: Promise<void>) => Promise<void>
}

function newBot(options: BotOptions, { clock, standin, started, during }: Parts): Bot {
  const home = tempHome()
  const floods = watchFloods(standin)
  let running: Running | undefined
  const bot: Bot = {
    standin,
    home,
    get running() {
      if (!running) throw new Error('the bot does not run')
      return running
    },
    log: () => readFileSync(join(home, 'logs', 'mechanic.log'), 'utf8'),
    write: (config) => writeFileSync(join(home, 'mechanic.yaml'), config),
    async start() {
      running = await boot(
        { ...environmentOf(home, standin), ...options.env },
        { clock, echo: false },
      )
      await started()
    },
    async stop() {
      const stopped = running?.stop() ?? Promise.resolve()
      running = undefined
      await during(stopped)
    },
    said: (chat = asha) => standin.messages(chat).filter(({ byBot }) => byBot),
    async [Symbol.asyncDispose]() {
      await bot.stop()
      await standin.stop()
      failOn(floods)
    },
  }
  bot.write(options.config)
  return bot
}

/** A running bot in real time, or in that of a clock which the stand-in goes by as well. */
export async function startBot(options: BotOptions, clock: Clock = systemClock): Promise<Bot> {
  const standin = newStandin(clock, options)
  await standin.start()
  const bot = newBot(options, {
    clock,
    standin,
    started: async () => void (await standin.waitForPoll()),
    during: (stopped) => stopped,
  })
  await bot.start()
  return bot
}

/** A running bot in a test's own time, its first message sent. */
export async function startTimedBot(options: BotOptions): Promise<TimedBot> {
  let polls = false
  const rest = (): Promise<void> => quiet((path) => polls && path.endsWith('/getUpdates'))
  const clock = manualClock(Date.parse(options.at ?? noon), rest)
  const standin = newStandin(clock, options)
  standin.on('change', (change) => {
    if (change.kind === 'polling') polls = true
    if (change.kind !== 'called') return
    const { method, fault } = change.call
    if (method === 'getUpdates') polls = false
    if (fault === 'hang') hangs(`/${method}`)
  })
  await standin.start()
  const bot = newBot(options, {
    clock,
    standin,
    started: () => greeting(clock, standin),
    during: (stopped) => elapsing(clock, stopped),
  })
  await bot.start()
  return Object.assign(Object.create(bot) as Bot, { clock, rest, ...hands(bot, clock, rest) })
}

/** What the bot imports on first use: a module under way is nothing that libuv would list. */
const { jobs } = await loadKinds()
await Promise.all([
  import('execa'),
  import('@grammyjs/conversations'),
  ...Array.from(jobs.values(), (read) => read()),
])

/** Lets time pass until the first message has come, which waits for a look at everything. */
async function greeting(clock: ManualClock, standin: Standin): Promise<void> {
  await clock.advance(3_000)
  const came = (): boolean => standin.calls.some(({ method }) => method === 'sendMessage')
  for (let seconds = 0; seconds < 60 && !came(); seconds++) await clock.advance(1_000)
}

/** Lets time pass until something has ended. */
async function elapsing(clock: ManualClock, ended: Promise<void>): Promise<void> {
  let over = false
  const done = ended.finally(() => (over = true))
  for (let seconds = 0; seconds < 30 && !over; seconds++) await clock.advance(1_000)
  await done
}

/** The bot speaks at most once a second: an answer may take that much of its time. */
const patience = 60

function hands(bot: Bot, clock: ManualClock, rest: () => Promise<void>) {
  const { standin } = bot
  const until = async <T>(look: () => T | undefined, what: string): Promise<T> => {
    for (let second = 0; second < patience; second++) {
      await rest()
      const found = look()
      if (found !== undefined) return found
      await clock.advance(1_000)
    }
    throw new Error(`waited in vain for ${what}; ${JSON.stringify(bot.said().slice(-3), null, 1)}`)
  }
  return {
    async pass(ms: number, step = 1_000) {
      for (let left = ms; left > 0; left -= step) await clock.leap(Math.min(step, left))
    },
    ask(user: number, text: string) {
      const { message_id: mine } = standin.say(user, text)
      const answers = (): StoredMessage | undefined =>
        bot.said(user).find(({ message_id: id }) => id > mine)
      return until(answers, `an answer to ${text}`)
    },
    async press(user: number, message: StoredMessage, button: string) {
      const answer = standin.waitForAnswer(standin.press(user, message, button))
      await rest()
      return (await answer).text
    },
  }
}
