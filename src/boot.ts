import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config, Kinds } from './config/types.ts'
import { secretsInEnv } from './config/secrets.ts'
import { ConfigError, readConfig } from './configuration.ts'
import type { Clock } from './contract/clock.ts'
import type { House } from './contract/house.ts'
import type { Log } from './contract/log.ts'
import { createRedactor } from './core/redact.ts'
import { type Env, type Environment, readEnvironment } from './environment.ts'
import { loadKinds } from './flow/kinds.ts'
import { createLocalHost } from './host/local.ts'
import { openLog } from './host/log.ts'
import { healthAnswer } from './http/health.ts'
import { hooksRoute } from './http/hooks.ts'
import { metricsAnswer } from './http/metrics.ts'
import { type GetRoute, type Routes, serve } from './http/server.ts'
import { createMechanic, type Mechanic } from './mechanic.ts'
import { ping } from './ping.ts'
import { openRehearsing } from './rehearse.ts'
import { createServices, type ServiceRegistry } from './services.ts'
import { openStore } from './store/store.ts'

export interface Running {
  stop(): Promise<void>
  /** Reads the config again; a wrong one is told and changes nothing. */
  reload(): Promise<void>
  /** Where the private HTTP server listens. */
  readonly http: { readonly host: string; readonly port: number } | null
  readonly log: Log
  /** What the bot knows, as its chat commands do. */
  readonly house: House
  /** Something is being done that a kill would cut short. */
  busy(): boolean
}

export interface BootOutside {
  readonly clock: Clock
  /** Log lines go to standard output too. */
  readonly echo: boolean
  /** Loops are stuck for good: only a fresh start of the program helps. */
  readonly hopeless?: (loops: readonly string[]) => void
}

const version = (): string => {
  const file = fileURLToPath(new URL('../package.json', import.meta.url))
  return String((JSON.parse(readFileSync(file, 'utf8')) as { version: unknown }).version)
}

const servicesFor = (
  env: Env,
  clock: Clock,
  kinds: Kinds,
  host: ReturnType<typeof createLocalHost>,
): ServiceRegistry => {
  const pmId = Number(env['pm_id'])
  return createServices({
    clock,
    host,
    kinds,
    pm2Home: env['PM2_HOME'] ?? join(env['HOME'] ?? homedir(), '.pm2'),
    self: {
      pid: process.pid,
      ...(env['pm_id'] !== undefined && Number.isInteger(pmId) && { pmId }),
    },
  })
}

const routesOf = (mechanic: Mechanic): Routes => ({
  get: new Map<string, GetRoute>([
    ['/health', () => healthAnswer(mechanic.health())],
    [
      '/metrics',
      () =>
        metricsAnswer({
          version: version(),
          health: mechanic.health(),
          checks: mechanic.house.checks(),
          incidents: mechanic.store.incidents.totals(),
          attempts: mechanic.store.attempts.totals(),
        }),
    ],
  ]),
  post: new Map([['/hooks/', hooksRoute(mechanic.hooks)]]),
})

/**
 * Starts the bot as the environment says. The real thing, for the daemon, the demo and the tests.
 *
 * @throws OperatorError, ConfigError when it must not start; nothing is left behind then
 */
export async function boot(env: Env, { clock, echo, hopeless }: BootOutside): Promise<Running> {
  const environment: Environment = readEnvironment(env)
  const kinds = await loadKinds()
  const { config, warnings } = readConfig(clock, env, kinds)
  const secrets = (of: Config): readonly string[] => [
    environment.token,
    ...secretsInEnv(env),
    ...of.secrets,
  ]
  let hide = createRedactor(secrets(config))
  const redact = (text: string): string => hide(text)

  const store = openStore(environment.home)
  const { log, close } = openLog({
    directory: join(environment.home, 'logs'),
    level: environment.logLevel,
    clock,
    redact,
    ...(echo && { echo: process.stdout }),
  })
  for (const warning of warnings) log.warn({ warning }, 'config')
  const host = createLocalHost('main', { clock, redact, environment: env })
  const services = servicesFor(env, clock, kinds, host)
  const stop = new AbortController()
  const { home } = environment
  const inside = { clock, log, kinds, host, services, redact, home, stop: stop.signal }
  const rehearsing = openRehearsing(inside)
  const mechanic = createMechanic(config, {
    clock,
    log,
    store,
    kinds,
    services,
    redact,
    rehearsing,
    token: environment.token,
    hosts: new Map([[host.name, host]]),
    version: version(),
    home,
    ping,
    hopeless: hopeless ?? (() => undefined),
    ...(environment.apiRoot !== undefined && { apiRoot: environment.apiRoot }),
  })
  try {
    const failed = (error: unknown): void => log.error({ err: error }, 'HTTP server')
    const http = environment.http && (await serve(environment.http, routesOf(mechanic), failed))
    void rehearsing.sweep().catch((error: unknown) => {
      log.warn({ err: error }, 'what a rehearsal has left could not be removed')
    })
    await mechanic.start()
    log.info({ version: version(), config: config.file, home }, 'started')
    return {
      log,
      house: mechanic.house,
      busy: mechanic.busy,
      http: http && { host: http.host, port: http.port },
      async reload() {
        try {
          const next = readConfig(clock, env, kinds).config
          hide = createRedactor(secrets(next))
          await mechanic.reload(next)
        } catch (error) {
          mechanic.refuse(error instanceof ConfigError ? error.issues : [redact(String(error))])
        }
      },
      async stop() {
        try {
          stop.abort()
          await http?.close()
          await mechanic.stop()
          log.info({}, 'stopped')
        } finally {
          store.close()
          await mechanic.release()
          await close()
        }
      },
    }
  } catch (error) {
    services.close()
    store.close()
    await mechanic.release()
    await close()
    throw error
  }
}
