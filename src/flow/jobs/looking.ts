import { OperatorError } from '../../contract/error.ts'
import type { Colour } from '../../contract/service.ts'
import { createProbing, type Seen } from '../probing.ts'
import { makeTarget, type Target } from '../target.ts'
import { everySubject, isGood, verify } from '../verifying.ts'
import type { JobWorld, StepContext } from './kind.ts'
import type { JobsOutside } from './outside.ts'

type Looking = Pick<StepContext<object>, 'healthy' | 'look'>

/** A target, and how it is looked at. */
interface Eye {
  readonly target: Target
  readonly look: (target: Target) => Promise<Seen>
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The settings of a service's check, its health asked at another port. */
function atPort(params: unknown, port: number): unknown {
  if (!isRecord(params) || !isRecord(params['health'])) return params
  const { health } = params
  const url = new URL(String(health['url']))
  url.port = String(port)
  return { ...params, health: { ...health, url: url.href } }
}

const latencyOf = (seen: Seen): number | null => {
  if ('problem' in seen) return null
  const found = seen.readings.map(({ metrics }) => metrics['latency'])
  return found.find((value): value is number => typeof value === 'number') ?? null
}

/** How a step sees whether a service is well: by the service's own check, or that of one copy of it. */
export function lookingOf(outside: JobsOutside, world: JobWorld): Looking {
  const { context, services, backups, hosts } = outside
  const { clock, log, redact } = context
  const { signal } = world

  const whole = (name: string): Eye => {
    const service = world.service(name)
    const target = context
      .targets()
      .values()
      .find((one) => one.service?.name === service.name)
    if (!target) throw new OperatorError(`${name} is not watched, so nobody knows how it is`)
    return { target, look: outside.look }
  }

  /** The same check of one copy: its process, and its health at its own port. */
  const copy = (name: string, colour: Colour): Eye => {
    const service = world.service(name)
    const { check, deploy } = service
    const { colours } = services.get(name)
    const kind = context.kinds.checks.get(check.kind)
    const host = hosts.get(service.host)
    if (!colours || !deploy?.blueGreen || !kind || !host)
      throw new OperatorError(`${name} is not deployed blue-green any more`)
    const params = atPort(check.params, deploy.blueGreen.ports[colour])
    const own = { ...check, name: `${name} ${colour}`, params }
    const overlay = {
      ...services,
      get: (wanted: string) => (wanted === name ? colours[colour] : services.get(wanted)),
    }
    const probing = createProbing({ clock, log, services: overlay, backups, redact })
    return {
      target: makeTarget(own, kind, host, service),
      look: (target) => probing.probe(target, signal),
    }
  }

  const eyeOf = (name: string, colour?: Colour): Eye =>
    colour === undefined ? whole(name) : copy(name, colour)

  return {
    async healthy(name, limits, colour) {
      const { target, look } = eyeOf(name, colour)
      const watch = (_: Target, changed: () => void): (() => void) =>
        colour === undefined ? services.watch(name, changed) : () => undefined
      const held = await verify({ clock, look, watch }, target, everySubject, limits, signal)
      if (held) return held
      throw new OperatorError(`stopped while ${name} was being watched`)
    },
    async look(name, colour) {
      const { target, look } = eyeOf(name, colour)
      const seen = await look(target)
      if ('problem' in seen) return { ok: false, saw: seen.problem, latency: null }
      const bad = seen.readings.find((reading) => !isGood(target, reading))
      const saw = (bad ?? seen.readings.at(-1))?.saw ?? ''
      return { ok: seen.readings.length > 0 && !bad, saw, latency: latencyOf(seen) }
    },
  }
}
