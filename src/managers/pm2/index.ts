import type { Clock } from '../../contract/clock.ts'
import type { Manager, Pm2Process } from '../../contract/service.ts'
import { createPm2Home, type Pm2Home } from './home.ts'
import { judge, type Sight } from './judge.ts'
import { createPm2Manager, logsOf } from './manager.ts'
import { labelled, type Pm2Record } from './process.ts'
import { NotRunning } from './rpc.ts'

export interface Pm2Options {
  readonly clock: Clock
  /** Name of the machine, for errors. */
  readonly host: string
  /** Absolute path of the usual PM2 home: PM2_HOME, or ~/.pm2. */
  readonly home: string
  /** The bot itself, which is none of its own services: its pid, and the `pm_id` PM2 gave it. */
  readonly self: { readonly pid: number; readonly pmId?: number }
}

/** Every PM2 daemon of a machine: one connection each, opened when first needed. */
export interface Pm2 {
  /**
   * `home`: absolute path; absent, the usual one. `deployed`: the directory of its releases, where it
   * is deployed by us.
   */
  manager(name: string, home?: string, deployed?: string): Manager
  /** See {@link Services.pm2} in the contract. */
  list(home: string | undefined, signal: AbortSignal): Promise<readonly Pm2Process[]>
  /** Calls back when processes may have come or gone, or the daemon has; list again then. */
  watch(home: string | undefined, changed: () => void): () => void
  close(): void
}

/** Declares the PM2 daemons of this machine. Never starts or updates one. */
export function createPm2({ clock, host, home: usual, self }: Pm2Options): Pm2 {
  const homes = new Map<string, Pm2Home>()
  const seen = new Set<string>()

  const at = (path = usual): Pm2Home => {
    const known = homes.get(path) ?? createPm2Home(path, host, clock)
    homes.set(path, known)
    return known
  }
  // `pm_id` is only a number: it means the bot in the home that started the bot, the usual one.
  const isSelf = (home: Pm2Home, record: Pm2Record): boolean =>
    record.pid === self.pid || (home.path === usual && record.id === self.pmId)
  const describe = (sights: readonly Sight[]): readonly Pm2Process[] =>
    [...Map.groupBy(sights, ({ record }) => record.name)].flatMap(([name, group]) =>
      labelled(group).map((sight) => ({
        name,
        instance: judge(sight.label, sight),
        restarts: sight.record.restarts,
        logs: (lines: number, errors = false) => logsOf([sight.record], lines, errors),
      })),
    )

  return {
    manager: (name, path, deployed) => {
      const prefix = (path ?? usual) === usual ? '' : `PM2_HOME=${path} `
      const service = { name, prefix, ...(deployed !== undefined && { deployed }) }
      return createPm2Manager(at(path), service, clock)
    },
    list: async (path, signal) => {
      const home = at(path)
      try {
        const sights = await home.read(signal)
        seen.add(home.path)
        return describe(sights.filter(({ record }) => !record.module && !isSelf(home, record)))
      } catch (thrown) {
        if (path === undefined && thrown instanceof NotRunning && !seen.has(home.path)) return []
        throw thrown
      }
    },
    watch: (path, changed) => {
      const home = at(path)
      return home.watch((about) => {
        const known = home.latest().some(({ name }) => name === about?.name)
        // A deletion shows only as an ordered end.
        if (!about || !known || about.ordered) changed()
      })
    },
    close: () => {
      for (const home of homes.values()) home.close()
    },
  }
}
