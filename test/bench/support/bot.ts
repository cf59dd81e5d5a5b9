import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { end, place, startNode } from './children.ts'
import { startTelegram, type Telegram } from './telegram.ts'

interface Package {
  readonly scripts: { readonly start: string }
}

/** The flags and variables with which `npm start` runs the bot. */
function howToStart() {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as Package
  const [before = '', after = ''] = scripts.start.split(' node ')
  const variables = new Map(
    before.split(' ').map((word): [string, string] => {
      const [name = '', value = ''] = word.split('=', 2)
      return [name, value]
    }),
  )
  return {
    flags: after.split(' ').filter((word) => word.startsWith('--')),
    variables: {
      ...Object.fromEntries(variables),
      NODE_COMPILE_CACHE: resolve(variables.get('NODE_COMPILE_CACHE') ?? ''),
    },
  }
}

export const { flags, variables } = howToStart()

/** The first operator, in whose chat the bot speaks. */
export const operator = 1001

export interface BotSettings {
  readonly telegram: Telegram
  readonly config?: string
  readonly env?: Readonly<Record<string, string>>
  readonly home?: string
}

/** The bot as `npm start` runs it, on a home of its own. */
export function startBot({ telegram, config, env, home = place() }: BotSettings): ChildProcess {
  if (config !== undefined) writeFileSync(join(home, 'mechanic.yaml'), config)
  return startNode({
    cwd: home,
    args: [...flags, resolve('src/main.ts')],
    env: {
      ...variables,
      HOME: home,
      BOT_TOKEN: telegram.token,
      ALLOWED_USERS: String(operator),
      MECHANIC_HOME: join(home, 'var'),
      TELEGRAM_API_ROOT: telegram.root,
      HTTP_LISTEN: '127.0.0.1:0',
      ...env,
    },
  })
}

let warm = false

/** Starts the bot once, so that the compiled code is where every start but the very first finds it. */
export async function warmUp(): Promise<void> {
  if (warm) return
  warm = true
  const telegram = await startTelegram()
  const bot = startBot({ telegram })
  await telegram.until('on duty', 120_000)
  await end(bot)
}

/** No quiet hours, no heartbeat: at whatever hour it is measured. */
export const calm = `timezone: UTC
defaults: off
notify: { quiet_hours: off, heartbeat: off }
`

/** So many http checks of one site, on all of its ports. */
export const httpChecks = (n: number, ports: readonly number[], every: string): string =>
  `checks:\n${Array.from({ length: n }, (_, at) => `  c${at}: { kind: http, url: "http://127.0.0.1:${ports[at % ports.length]}/${at}", every: ${every} }\n`).join('')}`
