import { discoveredService } from './config/defaults.ts'
import type {
  BlueGreenConfig,
  Config,
  FixConfig,
  Kinds,
  ManagerConfig,
  ServiceConfig,
} from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import { OperatorError } from './contract/error.ts'
import type { Host } from './contract/host.ts'
import { type Colour, colours, type Manager, type Services } from './contract/service.ts'
import { createColouredManager } from './managers/colours.ts'
import { createCommandManager } from './managers/command.ts'
import { createPm2, type Pm2 } from './managers/pm2/index.ts'
import { createSystemdManager } from './managers/systemd/index.ts'

export interface ServicesOutside {
  readonly clock: Clock
  readonly host: Host
  readonly kinds: Kinds
  /** Absolute path of the usual PM2 home. */
  readonly pm2Home: string
  /** The bot itself, which is none of its own services. */
  readonly self: { readonly pid: number; readonly pmId?: number }
}

/** What is known of services: configured, or found at run time, each with what runs it. */
export interface ServiceRegistry extends Services {
  readonly all: () => readonly ServiceConfig[]
  readonly fixes: () => readonly FixConfig[]
  /** Replaces the configured ones; managers of those that did not change keep what they know. */
  configure(config: Config): void
  /** Looks what PM2 runs now. @returns whether anything came or went */
  discover(signal: AbortSignal): Promise<boolean>
  /** Calls back when something about a service changes, where its manager can tell. */
  watch(service: string, changed: () => void): () => void
  /** Calls back when PM2 processes may have come or gone. */
  watchDiscovery(changed: () => void): () => void
  close(): void
}

interface Kept {
  readonly config: string
  readonly manager: Manager
}

const nothing = (): void => undefined

const blueGreenOf = ({ deploy }: ServiceConfig): BlueGreenConfig | undefined =>
  deploy?.strategy === 'blue-green' ? deploy.blueGreen : undefined

/** The PM2 names of a service: one, or one for each copy. */
const pm2Names = (service: ServiceConfig): readonly string[] => {
  const { manager } = service
  if (manager.kind !== 'pm2') return []
  return blueGreenOf(service)
    ? colours.map((colour) => `${manager.name}-${colour}`)
    : [manager.name]
}

function coloured(
  { host, pm2 }: { readonly host: Host; readonly pm2: Pm2 },
  service: ServiceConfig,
  of: Extract<ManagerConfig, { kind: 'pm2' }>,
  blueGreen: BlueGreenConfig,
): Manager {
  const copy = (colour: Colour): Manager =>
    pm2.manager(`${of.name}-${colour}`, of.home, service.deploy?.path)
  return createColouredManager({
    name: service.name,
    include: blueGreen.include,
    copies: { blue: copy('blue'), green: copy('green') },
    live: async () => {
      // Few services have two copies.
      const { liveColour } = await import('./jobs/deploy/nginx.ts')
      return liveColour(host, blueGreen)
    },
  })
}

function managerFor(outside: ServicesOutside, pm2: Pm2, service: ServiceConfig): Manager {
  const { clock, host } = outside
  const { manager, name, env, deploy } = service
  const blueGreen = blueGreenOf(service)
  const make: {
    [K in ManagerConfig['kind']]: (of: Extract<ManagerConfig, { kind: K }>) => Manager
  } = {
    pm2: (of) =>
      blueGreen
        ? coloured({ host, pm2 }, service, of, blueGreen)
        : pm2.manager(of.name, of.home, deploy?.path),
    systemd: (of) => createSystemdManager(host, of.unit, clock),
    command: ({ kind: _kind, ...commands }) =>
      createCommandManager(host, { name, env, ...commands }, clock),
  }
  if (manager.kind === 'pm2') return make.pm2(manager)
  return manager.kind === 'systemd' ? make.systemd(manager) : make.command(manager)
}

/** The services of this machine. */
export function createServices(outside: ServicesOutside): ServiceRegistry {
  const { clock, host, pm2Home: home, self } = outside
  const pm2 = createPm2({ clock, host: host.name, home, self })
  const managers = new Map<string, Kept>()
  let config: Config | null = null
  let found: readonly { readonly service: ServiceConfig; readonly fix: FixConfig }[] = []

  const all = (): readonly ServiceConfig[] => [
    ...(config?.services ?? []),
    ...found.map(({ service }) => service),
  ]

  const keep = (): void => {
    const services = all()
    const names = new Set(services.map(({ name }) => name))
    for (const name of Array.from(managers.keys())) if (!names.has(name)) managers.delete(name)
    for (const service of services) {
      const wanted = JSON.stringify([
        service.manager,
        service.env,
        service.deploy?.path,
        blueGreenOf(service),
      ])
      if (managers.get(service.name)?.config !== wanted)
        managers.set(service.name, { config: wanted, manager: managerFor(outside, pm2, service) })
    }
  }

  /** PM2 processes that no service of the config is about, by name. */
  const strangers = async (signal: AbortSignal): Promise<readonly string[]> => {
    if (!config?.discover) return []
    const named = new Set(
      config.services
        .filter(({ manager }) => manager.kind === 'pm2' && (manager.home ?? home) === home)
        .flatMap(pm2Names),
    )
    const processes = await pm2.list(undefined, signal)
    return [...new Set(processes.map(({ name }) => name))]
      .filter((name) => !named.has(name))
      .toSorted()
  }

  return {
    all,
    fixes: () => [...(config?.fixes ?? []), ...found.map(({ fix }) => fix)],
    get(name) {
      const known = managers.get(name)
      if (known) return known.manager
      throw new OperatorError(`there is no service ${name}`, 'see /status for those there are')
    },
    pm2: pm2.list,
    configure(next) {
      config = next
      if (!next.discover) found = []
      keep()
    },
    async discover(signal) {
      const names = await strangers(signal)
      const before = found.map(({ service }) => JSON.stringify(service.manager)).join()
      const taken = new Set(
        [...(config?.services ?? []), ...(config?.checks ?? [])].map((of) => of.name),
      )
      found = names.map((name) => {
        const made = discoveredService(outside.kinds, { pm2: name, taken })
        taken.add(made.service.name)
        return made
      })
      keep()
      return found.map(({ service }) => JSON.stringify(service.manager)).join() !== before
    },
    watch: (service, changed) => managers.get(service)?.manager.watch?.(changed) ?? nothing,
    watchDiscovery: (changed) => pm2.watch(undefined, changed),
    close: () => pm2.close(),
  }
}
