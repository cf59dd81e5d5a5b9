import { OperatorError } from '../contract/error.ts'
import type { Manager, Services } from '../contract/service.ts'
import type { Context } from './context.ts'

/** Why a service may not be started: what it was restored from may be older than what it has signed. */
export interface StartHold {
  /** Epoch milliseconds of the restore. */
  readonly at: number
  readonly backup: string
}

/** Services that nothing starts but a person who says that it is safe. They survive restarts. */
export interface Holds {
  of(service: string): StartHold | null
  put(service: string, hold: StartHold): void
  release(service: string): void
  /** @throws OperatorError for a service that is held */
  demandFree(service: string): void
}

const nameOf = (service: string): string => `start-hold:${service}`

const held = (service: string, { backup }: StartHold): OperatorError =>
  new OperatorError(
    `${service} is held: its data was restored from the backup ${backup}`,
    `Start it first, once that is safe: /restart ${service} says what has to be seen before.`,
  )

/** The holds, as they are kept. */
export function holdsOf({ store: { meta } }: Pick<Context, 'store'>): Holds {
  const of = (service: string): StartHold | null => {
    const text = meta.text(nameOf(service))
    return text === null ? null : (JSON.parse(text) as StartHold)
  }
  return {
    of,
    put: (service, hold) => meta.setText(nameOf(service), JSON.stringify(hold)),
    release: (service) => meta.clear(nameOf(service)),
    demandFree(service) {
      const hold = of(service)
      if (hold) throw held(service, hold)
    },
  }
}

/**
 * Services of which nothing starts one that is held, also where that was planned before it was: by a
 * deploy that was building, or a backup that has stopped it.
 */
export function guarded(services: Services, { demandFree }: Holds): Services {
  const guard = (name: string, manager: Manager): Manager => ({
    ...manager,
    async start(signal) {
      demandFree(name)
      await manager.start(signal)
    },
    async restart(signal, label) {
      demandFree(name)
      await manager.restart(signal, label)
    },
    async reload(signal) {
      demandFree(name)
      await manager.reload(signal)
    },
  })
  return { ...services, get: (name) => guard(name, services.get(name)) }
}
