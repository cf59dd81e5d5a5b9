import { randomBytes } from 'node:crypto'
import { get } from 'node:http'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { createLocalHost } from '../../host/local.ts'
import { createPm2 } from '../../managers/pm2/index.ts'
import { createWords } from '../../telegram/words.ts'
import { exit } from '../outside.ts'
import type { Exit, Outside } from '../outside.ts'
import { BotFault, connectBot } from './bot-api.ts'
import { init } from './init.ts'
import type { InitOutside } from './outside.ts'
import { createQuestions } from './questions.ts'
import { rehearseFirst } from './rehearse.ts'
import { Cancelled, openTerminal } from './terminal.ts'

const answerMs = 2_000

/** The status of a GET; null where nothing that speaks HTTP answers in time. */
function answers(url: string, signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
    const request = get(url, { agent: false, signal: bounded }, (response) => {
      resolve(response.statusCode ?? null)
      response.destroy()
    })
    request.on('error', () => resolve(null))
  })
}

/** Sets the bot up, by questions on this process's terminal. */
export async function runInit(outside: Outside, { yes }: { readonly yes: boolean }): Promise<Exit> {
  const { clock, env, home, machineZone } = outside
  const terminal = openTerminal(process.stdin, process.stdout)
  const stop = (): void => terminal.cancel()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // The clock's timers do not keep the process alive, and a pipe may have ended.
  const hold = setInterval(() => {}, 60_000)
  const host = createLocalHost('main', { clock, environment: env })
  const pm2Home = env['PM2_HOME'] ?? join(home, '.pm2')
  const pm2 = createPm2({ clock, host: host.name, home: pm2Home, self: { pid: process.pid } })
  const user = userInfo()
  try {
    const world: InitOutside = {
      ...outside,
      kinds: await outside.loadKinds(),
      directory: process.cwd(),
      questions: createQuestions(terminal, yes),
      connect: connectBot(clock),
      host,
      pm2: (signal) => pm2.list(undefined, signal),
      answers,
      user: { name: user.username, root: user.uid === 0 },
      nodeFolder: dirname(process.execPath),
      words: createWords({
        language: 'en',
        folder: fileURLToPath(new URL('../../../locales', import.meta.url)),
        zone: machineZone,
        now: () => clock.now(),
      }),
      rehearse: () => rehearseFirst(outside),
    }
    await init(world, randomBytes(12).toString('base64url'))
    return exit.ok
  } catch (error) {
    return explain(outside, error, terminal.cancelled.aborted)
  } finally {
    clearInterval(hold)
    pm2.close()
    terminal.close()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop)
  }
}

function explain({ err }: Outside, error: unknown, cancelled: boolean): Exit {
  if (cancelled || error instanceof Cancelled) {
    err('\nLeft. What was written is whole; run it again at any time.')
    return exit.couldNotRun
  }
  if (error instanceof OperatorError) {
    err(`init: ${error.message}${error.advice === undefined ? '' : `\n  → ${error.advice}`}`)
    return exit.badConfig
  }
  err(`init: ${error instanceof BotFault ? `Telegram: ${error.message}` : messageOf(error)}`)
  return exit.couldNotRun
}
