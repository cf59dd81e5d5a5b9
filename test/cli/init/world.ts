import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { connectBot } from '../../../src/cli/init/bot-api.ts'
import { init } from '../../../src/cli/init/init.ts'
import type { InitOutside } from '../../../src/cli/init/outside.ts'
import { createQuestions } from '../../../src/cli/init/questions.ts'
import { Cancelled } from '../../../src/cli/init/terminal.ts'
import type { Terminal } from '../../../src/cli/init/terminal.ts'
import type { Pm2Process } from '../../../src/contract/service.ts'
import { loadKinds } from '../../../src/flow/kinds.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createStandin } from '../../../src/standin/standin.ts'
import type { Standin } from '../../../src/standin/standin.ts'
import { createWords } from '../../../src/telegram/words.ts'
import { fakeHost } from '../../support/facts.ts'
import type { Facts } from '../../support/facts.ts'
import { tempHome } from '../../support/home.ts'

export const token = '7000000001:AAE-initToken_0123456789abcdefghijk'
export const code = 'CoDe-1234_x'
export const asha = 1001

/** What a question is recognised by, and the line typed; a function does something and then answers. */
export type Answer = readonly [RegExp, string | null | (() => string | null | Promise<null>)]

export const ctrlC = (): never => {
  throw new Cancelled('cancelled')
}

export interface Script extends Terminal {
  /** All that was shown, secrets as `<secret>`. */
  readonly shown: string[]
  text(): string
}

/** A terminal at which the answers of a script are typed, each once, the last for ever. */
export function script(answers: readonly Answer[], interactive = true): Script {
  const left = [...answers]
  const shown: string[] = []
  return {
    interactive,
    shown,
    text: () => shown.join('\n'),
    cancelled: new AbortController().signal,
    say: (line = '') => void shown.push(line),
    async ask(question, { secret = false, enough } = {}) {
      const found = left.find(([pattern]) => pattern.test(question))
      const answer = found?.[1]
      if (found && left.filter(([pattern]) => pattern.source === found[0].source).length > 1)
        left.splice(left.indexOf(found), 1)
      const typed = typeof answer === 'function' ? await answer() : answer
      shown.push(`${question} ${secret ? '<secret>' : (typed ?? '')}`)
      if (typed !== null || !enough) return typed ?? ''
      await new Promise<void>((resolve) => {
        if (enough.aborted) resolve()
        enough.addEventListener('abort', () => resolve())
      })
      return null
    },
  }
}

const GiB = 2 ** 30
export const web = (name: string): Pm2Process => ({
  name,
  restarts: 0,
  instance: {
    label: '',
    state: 'up',
    pid: null,
    since: 0,
    crashes: 0,
    looping: false,
    saw: 'up',
  },
  logs: async () => [],
})

/** A machine with one disk and no swap, on which three programs run under PM2. */
export const facts: Facts = {
  memory: { total: 8 * GiB, available: 6 * GiB, swapTotal: 0, swapFree: 0 },
  load: { one: 0, five: 0, fifteen: 0, cores: 2 },
  mounts: [{ mount: '/', total: 40 * GiB, free: 30 * GiB, available: 15 * GiB }],
  processes: [],
  look: null,
}

export interface World {
  readonly outside: InitOutside
  readonly directory: string
  readonly standin: Standin
  readonly terminal: Script
  run(): Promise<void>
  readonly file: (name: string) => string
}

interface Settings {
  readonly answers?: readonly Answer[]
  readonly env?: Readonly<Record<string, string>>
  readonly silent?: boolean
  readonly interactive?: boolean
  readonly apps?: readonly string[]
  readonly facts?: Facts
  readonly directory?: string
  readonly more?: Partial<InitOutside>
}

/** Everything around `init`: Telegram played by the stand-in, the machine by facts. */
export async function openWorld(settings: Settings = {}): Promise<World> {
  const { answers = [], env = {}, apps = ['api', 'mail worker', 'web'] } = settings
  const directory = settings.directory ?? tempHome()
  const standin = createStandin({ clock: systemClock, token })
  const root = await standin.start()
  onTestFinished(() => standin.stop())
  standin.addUser({ id: asha, name: 'Asha', started: false })
  standin.addUser({ id: 6666, name: 'Eve' })
  const terminal = script(answers, settings.interactive ?? true)
  const outside: InitOutside = {
    clock: systemClock,
    env: { TELEGRAM_API_ROOT: root, ...env },
    home: '/home/asha',
    machineZone: 'Europe/London',
    languages: ['en'],
    kinds: await loadKinds(),
    directory,
    questions: createQuestions(terminal, settings.silent ?? false),
    connect: connectBot(systemClock),
    host: fakeHost({ ...facts, ...settings.facts }),
    pm2: async () => apps.map(web),
    answers: async () => null,
    user: { name: 'asha', root: false },
    nodeFolder: '/usr/bin',
    words: createWords({
      language: 'en',
      folder: fileURLToPath(new URL('../../../locales', import.meta.url)),
      zone: 'UTC',
      now: () => 0,
    }),
    ...settings.more,
  }
  return {
    outside,
    directory,
    standin,
    terminal,
    run: () => init(outside, code),
    file: (name) => join(directory, name),
  }
}
