import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Config } from './config/types.ts'
import type { Kinds } from './flow/kinds.ts'
import { createRedactor } from './core/redact.ts'
import { systemClock } from './host/clock.ts'
import { createLocalHost } from './host/local.ts'
import type { RehearsalOutside } from './rehearsal/outside.ts'
import { createRehearsing } from './rehearsal/rehearsing.ts'
import { createServices, type ServiceRegistry } from './services.ts'

/** The registry knows the fixes, and what each service is run by. */
export type RehearseOutside = Omit<RehearsalOutside, 'fixes' | 'services' | 'servicesOf'> & {
  readonly services: ServiceRegistry
}

/** Rehearsals of the fixes that the services and the config have now. */
export const openRehearsing = (outside: RehearseOutside) =>
  createRehearsing({
    ...outside,
    fixes: () => outside.services.fixes(),
    servicesOf(config) {
      const { clock, host, kinds, home } = outside
      const services = createServices({ clock, host, kinds, pm2Home: home, self: process })
      services.configure(config)
      return services
    },
  })

const silent = { debug() {}, trace() {}, info() {}, warn() {}, error() {} } as const

/**
 * The rehearsals of a config, for a program that is no daemon. One that runs beside is not disturbed:
 * there is never more than one rehearsal in a state directory.
 */
export async function openRehearsals(config: Config, kinds: Pick<Kinds, 'checks' | 'fixes'>) {
  const clock = systemClock
  const redact = createRedactor(config.secrets)
  const host = createLocalHost('main', { clock, redact })
  const all: Kinds = { ...kinds, handlers: new Map(), jobs: new Map() }
  const pm2Home = process.env['PM2_HOME'] ?? join(homedir(), '.pm2')
  const services = createServices({ clock, host, kinds: all, pm2Home, self: process })
  services.configure(config)
  await services.discover(AbortSignal.timeout(5_000)).catch(() => false)
  const stop = new AbortController()
  const home = resolve(process.env['MECHANIC_HOME'] || './var')
  const inside = { clock, log: silent, kinds: all, host, redact, home, services }
  return {
    ...openRehearsing({ ...inside, stop: stop.signal }),
    close: async (): Promise<void> => {
      stop.abort()
      services.close()
    },
  }
}
