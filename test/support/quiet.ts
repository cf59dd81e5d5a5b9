import { subscribe } from 'node:diagnostics_channel'
import { ClientRequest } from 'node:http'

/** Requests of this process that have no answer yet, by all clients of node:http. */
const open = new Set<ClientRequest>()

subscribe('http.client.request.created', (message) => {
  const { request } = message as { readonly request?: unknown }
  if (!(request instanceof ClientRequest)) return
  open.add(request)
  request.once('close', () => open.delete(request))
})

/** Timers of no time, with which libraries wait for the next turn; libuv does not say how long one is. */
const soon = new Set<unknown>()

globalThis.setTimeout = new Proxy(globalThis.setTimeout, {
  apply(target, self, [run, ms, ...rest]: [(...args: unknown[]) => void, number?, ...unknown[]]) {
    const timer: unknown = Reflect.apply(target, self, [
      (...args: unknown[]) => {
        soon.delete(timer)
        run(...args)
      },
      ms,
      ...rest,
    ])
    if (ms === 0) soon.add(timer)
    return timer
  },
})
globalThis.clearTimeout = new Proxy(globalThis.clearTimeout, {
  apply(target, self, [timer]: [unknown]) {
    soon.delete(timer)
    Reflect.apply(target, self, [timer])
  },
})

const isPipe = (name: string): boolean => name === 'PipeWrap'

/** Those of the test runner itself; reading these properties opens them. */
void [process.stdin, process.stdout, process.stderr]
const ownPipes = process.getActiveResourcesInfo().filter(isPipe).length

/** What is under way in libuv and will call back by itself. */
const busy =
  /^(?:FSReq|CloseReq|ProcessWrap|GetAddrInfo|GetNameInfo|QueryReq|TCPConnect|PipeConnect)/

function underWay(): readonly string[] {
  const resources = process.getActiveResourcesInfo()
  return [
    ...resources.filter((name) => busy.test(name)),
    ...resources.filter(isPipe).slice(ownPipes),
    ...Array.from(soon, () => 'setTimeout 0'),
    ...Array.from(open, (request) => request.path),
  ]
}

/** Requests that hang get no answer: the open ones whose path ends so are not waited for. */
export function hangs(path: string): void {
  for (const request of open) if (request.path.endsWith(path)) open.delete(request)
}

/** Turns of the loop without anything under way after which everything has come to rest. */
const calmTurns = 6
const longest = 20_000

/**
 * Resolves when nothing of this process is under way but timers and what is meant to wait.
 *
 * @param waits whether a request may stay open, such as a long poll
 * @throws Error after 20 s of real time, naming what goes on
 */
export async function quiet(waits: (path: string) => boolean): Promise<void> {
  const end = performance.now() + longest
  for (let calm = 0; calm < calmTurns;) {
    await new Promise<void>((turn) => setImmediate(turn))
    const rest = underWay().filter((name) => !waits(name))
    calm = rest.length === 0 ? calm + 1 : 0
    if (performance.now() > end) throw new Error(`does not come to rest: ${rest.join(', ')}`)
  }
}
