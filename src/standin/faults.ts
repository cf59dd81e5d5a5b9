import type { World } from './world.ts'

interface Aim {
  /** The method it waits for; without it any call gets it, `getUpdates` too. */
  readonly method?: string
  /** How many calls get it, one by default. */
  readonly times?: number
}

/** What goes wrong: in all but `drop` and `slow` the call is not carried out. */
export type Fault = Aim &
  (
    | { readonly kind: 'flood'; /** Seconds. */ readonly retryAfter: number }
    | { readonly kind: 'server-error' }
    | { readonly kind: 'garbage' }
    /** No answer until the client gives up or the stand-in stops. */
    | { readonly kind: 'hang' }
    /** The connection is reset. */
    | { readonly kind: 'reset' }
    /** The call is carried out, then the connection breaks before the answer. */
    | { readonly kind: 'drop' }
    /** The call is carried out; its answer trickles in, in pieces spread over `ms` milliseconds. */
    | { readonly kind: 'slow'; readonly ms: number }
  )

/** Plans a fault; several plans are worked off in the order they were made. */
export function plan(world: World, fault: Fault): void {
  world.faults.push({ fault, left: fault.times ?? 1 })
}

/** The fault that this call gets, used up by asking. */
export function takeFault(world: World, method: string): Fault | undefined {
  const matches = (entry: { fault: Fault }): boolean =>
    (entry.fault.method ?? method).toLowerCase() === method.toLowerCase()
  const entry = world.faults.find(matches)
  if (entry === undefined) return undefined
  entry.left -= 1
  if (entry.left <= 0) world.faults.splice(world.faults.indexOf(entry), 1)
  return entry.fault
}
