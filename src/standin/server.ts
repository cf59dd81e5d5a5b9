import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Clock } from '../contract/clock.ts'
import { readParams } from './body.ts'
import { takeFault } from './faults.ts'
import type { Fault } from './faults.ts'
import { fileAt } from './methods/files.ts'
import { methodNamed } from './methods/table.ts'
import type { Params } from './params.ts'
import { Refusal, tooManyRequests } from './refusal.ts'
import { announce } from './world.ts'
import type { ApiAnswer, World } from './world.ts'

const maxCalls = 5000

/** The stand-in's HTTP side, not listening yet. core.telegram.org/bots/api#making-requests */
export function newServer(world: World): Server {
  const server = createServer((request, response) => {
    void route(world, request, response)
  })
  // A connection is kept until the client or stop() ends it: closing an idle one now and then makes tests flicker.
  server.keepAliveTimeout = 0
  return server
}

async function route(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path, query] = (request.url ?? '').split('?', 2)
  const [, file, token, rest] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(path ?? '') ?? []
  if (rest === undefined) return send(response, refused(new Refusal(404, 'Not Found')))
  if (token !== world.token) return send(response, refused(new Refusal(401, 'Unauthorized')))
  if (file !== undefined) return sendFile(world, response, rest)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const params = await readParams(request, new URLSearchParams(query))
    await handle(world, { method: rest, params, gone: gone.signal }, response)
  } catch (error) {
    send(response, refused(error instanceof Refusal ? error : internal(error)))
  }
}

/** A mistake of the stand-in itself: the test that runs into it shall see it. */
function internal(error: unknown): Refusal {
  return new Refusal(500, `Internal Server Error: ${String(error)}`)
}

interface Incoming {
  readonly method: string
  readonly params: Params
  readonly gone: AbortSignal
}

async function handle(world: World, incoming: Incoming, response: ServerResponse): Promise<void> {
  const fault = takeFault(world, incoming.method)
  if (fault?.kind === 'flood') {
    const answer = refused(tooManyRequests(fault.retryAfter))
    record(world, incoming, answer, fault.kind)
    return send(response, answer)
  }
  if (fault !== undefined && fault.kind !== 'drop' && fault.kind !== 'slow') {
    record(world, incoming, undefined, fault.kind)
    return misbehave(fault, response)
  }
  const answer = await run(world, incoming)
  record(world, incoming, answer, fault?.kind)
  if (fault === undefined) send(response, answer)
  else if (fault.kind === 'slow') trickle(world.clock, response, answer, fault.ms)
  else response.destroy()
}

function misbehave(fault: Fault, response: ServerResponse): void {
  if (fault.kind === 'reset') response.socket?.resetAndDestroy()
  if (fault.kind === 'garbage') response.end('{"ok":tr')
  if (fault.kind === 'server-error') {
    response.writeHead(500, { 'content-type': 'text/html' })
    response.end('<html><body><h1>500 Internal Server Error</h1></body></html>')
  }
}

async function run(world: World, { method, params, gone }: Incoming): Promise<ApiAnswer> {
  const call = methodNamed(method)
  if (call === undefined) return refused(new Refusal(404, 'Not Found'))
  try {
    return { ok: true, result: await call(world, params, gone) }
  } catch (error) {
    if (error instanceof Refusal) return refused(error)
    throw error
  }
}

function refused({ code, message, parameters }: Refusal): ApiAnswer {
  const extra = parameters && { parameters }
  return { ok: false, error_code: code, description: message, ...extra }
}

function record(
  world: World,
  { method, params }: Incoming,
  answer: ApiAnswer | undefined,
  fault: Fault['kind'] | undefined,
): void {
  const shown: Record<string, unknown> = { ...params.values }
  for (const [part, { name, bytes }] of params.files) shown[part] = { name, size: bytes.length }
  const call = Object.freeze({ method, params: shown, at: world.clock.now(), answer, fault })
  world.calls.push(call)
  if (world.calls.length > maxCalls) world.calls.shift()
  announce(world, { kind: 'called', call })
}

function send(response: ServerResponse, answer: ApiAnswer): void {
  head(response, answer)
  response.end(JSON.stringify(answer))
}

function head(response: ServerResponse, answer: ApiAnswer): void {
  const wait = answer.ok ? undefined : answer.parameters?.retry_after
  if (wait !== undefined) response.setHeader('retry-after', wait)
  response.writeHead(answer.ok ? 200 : answer.error_code, { 'content-type': 'application/json' })
}

/** How many pieces a slow answer comes in. */
const pieces = 10

/** The first piece at once, the last after `ms`; a client that hangs up gets no more. */
function trickle(clock: Clock, response: ServerResponse, answer: ApiAnswer, ms: number): void {
  head(response, answer)
  const body = Buffer.from(JSON.stringify(answer))
  const length = Math.ceil(body.length / pieces)
  const next = (from: number): void => {
    if (response.destroyed) return
    response.write(body.subarray(from, from + length))
    if (from + length >= body.length) return void response.end()
    clock.after(ms / (pieces - 1), () => next(from + length))
  }
  next(0)
}

/** core.telegram.org/bots/api#getfile */
function sendFile(world: World, response: ServerResponse, path: string): void {
  const file = fileAt(world, path)
  if (file === undefined) return send(response, refused(new Refusal(404, 'Not Found')))
  response.writeHead(200, { 'content-type': 'application/octet-stream' })
  response.end(file.bytes)
}
