import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FixConfig } from '../../src/config/types.ts'
import type { Fix } from '../../src/contract/fix.ts'
import type { Rehearsal } from '../../src/contract/rehearsal.ts'
import type { Kinds } from '../../src/flow/kinds.ts'
import { loadKinds } from '../../src/flow/kinds.ts'
import { createLocalHost } from '../../src/host/local.ts'
import type { RehearsalOutside } from '../../src/rehearsal/outside.ts'
import { createRehearsing } from '../../src/rehearsal/rehearsing.ts'
import { createServices } from '../../src/services.ts'
import { tempHome } from '../support/home.ts'
import { type ManualClock, manualClock } from '../support/manual.ts'
import { quiet } from '../support/quiet.ts'

// Imported on first use otherwise, which is nothing that can be waited for.
await import('execa')

export const kinds = await loadKinds()

const silent = { debug() {}, trace() {}, info() {}, warn() {}, error() {} } as const

/** A fix as a config would have it. */
export function fixOf(
  name: string,
  kind: string,
  params: object,
  more: Partial<FixConfig> = {},
): FixConfig {
  const fix = kinds.fixes.get(kind)
  if (!fix) throw new Error(`no fix ${kind}`)
  return {
    name,
    kind,
    params: fix.params.parse(params),
    attempts: 3,
    backoff: 10_000,
    cooldown: 600_000,
    maxPerHour: 20,
    timeout: 60_000,
    verify: {},
    ...more,
  }
}

/** The kinds there are, with one fix played by a test's own parts. */
export function withFix(kind: string, parts: Partial<Fix>): Kinds {
  const fix = kinds.fixes.get(kind)
  if (!fix) throw new Error(`no fix ${kind}`)
  return { ...kinds, fixes: new Map([...kinds.fixes, [kind, { ...fix, ...parts }]]) }
}

export interface Stand {
  readonly clock: ManualClock
  readonly home: string
  readonly stop: AbortController
  readonly rehearsing: ReturnType<typeof createRehearsing>
  /** Lets time pass, whenever nothing else goes on, until it is over. */
  play(rehearsal: Promise<Rehearsal>): Promise<Rehearsal>
  /** What lies below the state directory, but for the lock. */
  left(): readonly string[]
  /** Processes that run out of it. */
  processes(): Promise<readonly string[]>
}

/** Rehearsals of this machine in a test's own time. */
export function standFor(fixes: readonly FixConfig[], more: Partial<RehearsalOutside> = {}): Stand {
  const home = tempHome()
  const stop = new AbortController()
  const clock = manualClock(Date.parse('2026-01-15T12:00:00Z'), () => quiet(() => false))
  const host = createLocalHost('main', { clock })
  const servicesFor = () =>
    createServices({ clock, host, kinds, pm2Home: home, self: { pid: process.pid } })
  const rehearsing = createRehearsing({
    clock,
    log: silent,
    kinds,
    host,
    redact: (text) => text,
    home,
    stop: stop.signal,
    services: servicesFor(),
    fixes: () => fixes,
    servicesOf(config) {
      const services = servicesFor()
      services.configure(config)
      return services
    },
    ...more,
  })
  return {
    clock,
    home,
    stop,
    rehearsing,
    async play(rehearsal) {
      let over = false
      const ended = rehearsal.finally(() => (over = true))
      ended.catch(() => undefined)
      for (let turn = 0; turn < 2_000 && !over; turn++) await clock.advance(100)
      return ended
    },
    left: () =>
      readdirSync(join(home, 'rehearsal')).filter((name) => !name.startsWith('mechanic.lock')),
    processes: async () =>
      (await host.processes())
        .filter(({ command, state }) => command.includes(home) && state !== 'Z')
        .map(({ command }) => command),
  }
}
