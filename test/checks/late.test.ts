import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import http from '../../checks/http.ts'
import tcp from '../../checks/tcp.ts'
import { createProbing } from '../../src/flow/probing.ts'
import type { Target } from '../../src/flow/target.ts'
import { fakeClock } from '../support/clock.ts'
import { fakeBackups, fakeHost, fakeServices } from '../support/facts.ts'
import { listen } from '../support/server.ts'

const quiet = () => {}
const log = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet }

/** Probes a server that never answers, through the supervisor; `act` once it has been asked. */
async function probeSilent(
  kind: typeof http,
  params: (port: number) => object,
  act: (clock: ReturnType<typeof fakeClock>, stop: AbortController) => void,
) {
  const asked = Promise.withResolvers<void>()
  const listener = createServer()
  listener.on('connection', () => asked.resolve())
  const server = await listen(listener)
  const clock = fakeClock()
  const stop = new AbortController()
  const probing = createProbing({
    clock,
    log,
    services: fakeServices({}),
    backups: fakeBackups({}),
    redact: (text) => text,
  })
  const target = {
    id: 'site@main',
    kind,
    host: fakeHost({}),
    memo: new Map(),
    check: { timeout: 10_000, params: kind.params.parse(params(server.port)) },
  }
  try {
    const seen = probing.probe(target as unknown as Target, stop.signal)
    await asked.promise
    act(clock, stop)
    return await seen
  } finally {
    await server.close()
  }
}

const kinds = [
  [http, (port: number) => ({ url: `http://127.0.0.1:${port}/` })],
  [tcp, (port: number) => ({ host: '127.0.0.1', port, expect: 'PONG' })],
] as const

test.each(kinds)(
  'a server that hangs until the time is up is down: $0.kind',
  async (kind, params) => {
    const seen = await probeSilent(kind, params, (clock) => clock.advance(10_000))
    expect(seen).toMatchObject({
      readings: [{ metrics: { down: true }, saw: expect.stringMatching(/^no answer within/) }],
    })
  },
)

test.each(kinds)('a stop of the bot is no verdict: $0.kind', async (kind, params) => {
  const seen = await probeSilent(kind, params, (_, stop) => stop.abort())
  expect(seen).toHaveProperty('problem')
})
