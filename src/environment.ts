import { resolve } from 'node:path'
import { z } from 'zod'
import { OperatorError } from './contract/error.ts'

/** What the environment says, in the contract's names. */
export interface Environment {
  readonly token: string
  /** Path of the config; null where there is none and the built-in defaults apply. */
  readonly config: string | undefined
  readonly home: string
  readonly apiRoot: string | undefined
  /** null: no HTTP server. */
  readonly http: { readonly host: string; readonly port: number } | null
  readonly logLevel: string
}

export type Env = Readonly<Record<string, string | undefined>>

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** `127.0.0.1:8484`, `[::1]:8484`, `off`. */
const listen = z.string().transform((text, context) => {
  if (text === 'off') return null
  const [, host = '', port = ''] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? []
  if (host !== '' && Number(port) < 65_536) return { host, port: Number(port) }
  context.addIssue(`expected host:port, such as 127.0.0.1:8484, or off`)
  return z.NEVER
})

const schema = z.object({
  MECHANIC_CONFIG: z.string().optional(),
  MECHANIC_HOME: z.string().default('./var'),
  TELEGRAM_API_ROOT: z.url({ protocol: /^https?$/ }).optional(),
  HTTP_LISTEN: listen.default({ host: '127.0.0.1', port: 8484 }),
  PUBLIC_LISTEN: z.literal('off', 'the public status page is not built yet').default('off'),
  LOG_LEVEL: z.enum(levels).default('info'),
})

/** An empty variable is one that is not set. */
const filled = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))

/**
 * Reads the environment.
 *
 * @throws OperatorError naming every variable that is wrong, never its value
 */
export function readEnvironment(env: Env): Environment {
  const set = filled(env)
  const token = set['BOT_TOKEN']
  if (token === undefined)
    throw new OperatorError(
      'BOT_TOKEN is not set',
      'put the token from @BotFather into .env (see .env.example), or try `npm run demo`, which needs none',
    )
  if (!/^\d+:[\w-]+$/.test(token))
    throw new OperatorError(
      'BOT_TOKEN does not look like a token',
      'it is a number, a colon and letters, as @BotFather shows it; look into .env',
    )
  const read = schema.safeParse(set)
  if (!read.success)
    throw new OperatorError(
      read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
      'look into .env',
    )
  const { data } = read
  return {
    token,
    config: data.MECHANIC_CONFIG,
    home: resolve(data.MECHANIC_HOME),
    apiRoot: data.TELEGRAM_API_ROOT,
    http: data.HTTP_LISTEN,
    logLevel: data.LOG_LEVEL,
  }
}
