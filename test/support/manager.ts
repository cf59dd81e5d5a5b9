import type { Config } from '../../src/config/types.ts'
import { OperatorError } from '../../src/contract/error.ts'
import type { Instance, Manager } from '../../src/contract/service.ts'
import type { FlowServices } from '../../src/flow/outside.ts'

export const instance = (fields: Partial<Instance> = {}): Instance => ({
  label: '',
  state: 'up',
  pid: 4711,
  since: 0,
  crashes: 0,
  looping: false,
  saw: 'up for 3h',
  ...fields,
})

export const dead = (fields: Partial<Instance> = {}): Instance =>
  instance({ state: 'down', pid: null, since: null, saw: 'exited with code 1', ...fields })

export interface FakeServices extends FlowServices {
  readonly state: Map<string, readonly Instance[]>
  readonly restarted: string[]
  /** What else a manager was told to do: `reload web`. */
  readonly orders: string[]
  /** The log of every service. */
  readonly log: string[]
  /** What a restart or a reload does; by default nothing. */
  restart: (service: string) => Promise<void>
  /** Tells those who watch a service. */
  change(service: string): void
}

/** The services of a config under a manager that does what a test says. */
export function fakeServices(config: () => Config): FakeServices {
  const watchers = new Map<string, Set<() => void>>()
  const services: FakeServices = {
    state: new Map(),
    restarted: [],
    orders: [],
    log: [],
    restart: async () => undefined,
    change: (name) => watchers.get(name)?.forEach((changed) => changed()),
    all: () => config().services,
    discover: async () => false,
    watchDiscovery: () => () => undefined,
    watch(name, changed) {
      const all = watchers.get(name) ?? new Set()
      watchers.set(name, all.add(changed))
      return () => all.delete(changed)
    },
    get(name): Manager {
      if (!config().services.some((one) => one.name === name))
        throw new OperatorError(`there is no service ${name}`)
      return {
        manager: 'fake',
        restartSteps: () => [`restart ${name}`],
        status: async () => services.state.get(name) ?? [instance()],
        restart: async () => {
          services.restarted.push(name)
          await services.restart(name)
        },
        reload: async () => {
          services.orders.push(`reload ${name}`)
          await services.restart(name)
        },
        reloading: async () => ({ gap: null }),
        async start() {
          services.orders.push(`start ${name}`)
          services.state.set(name, [instance({ pid: 4712 })])
        },
        async stop() {
          services.orders.push(`stop ${name}`)
          services.state.set(name, [instance({ state: 'stopped', pid: null })])
        },
        logs: async (lines) => services.log.slice(-lines),
      }
    },
  }
  return services
}
