import { createServer, type IncomingMessage } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import fix, { safeUrl } from '../../fixes/http.ts'
import type { FixContext } from '../../src/contract/fix.ts'
import { fakeHost, fakeServices } from '../support/facts.ts'
import { listen, startServer, type TestServer } from '../support/server.ts'

let server: TestServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})
const context = (signal = AbortSignal.timeout(10_000)): FixContext => ({
  host: fakeHost({}),
  services: fakeServices({}),
  reading: { subject: '', metrics: {} },
  signal,
  now: 0,
})
const act = async (settings: object, signal?: AbortSignal) => {
  const params = fix.params.parse(settings)
  const [step] = fix.plan(await fix.look(params, context()), params)
  if (!step) throw new Error('no plan')
  return fix.act(step, params, context(signal))
}
/** A server that keeps what it was asked. */
const recording = async (status = 202, answer = 'not now') => {
  const asked: { method: string | undefined; headers: IncomingMessage['headers']; body: string }[] =
    []
  server = await listen(
    createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        asked.push({ method: request.method, headers: request.headers, body })
        response.writeHead(status, { location: '/elsewhere' }).end(answer)
      })
    }),
  )
  return { url: `http://127.0.0.1:${server.port}/redeploy`, asked }
}

describe('the http fix', () => {
  it('sends one request', async () => {
    const { url, asked } = await recording()
    const sent = await act({ url, headers: { Authorization: 'Bearer x' }, body: { now: true } })
    expect(sent.result).toMatch(/^HTTP 202 in /)
    expect(asked).toMatchObject([
      {
        method: 'POST',
        headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
        body: '{"now":true}',
      },
    ])
  })

  it.each([302, 404, 500])('calls %d a failure, and does not try again', async (status) => {
    const { url, asked } = await recording(status)
    await expect(act({ url })).rejects.toThrow(`POST ${url} answered HTTP ${status}: not now`)
    expect(asked).toHaveLength(1)
  })

  it('tells more of a refusal than is shown, so that no secret in it is cut', async () => {
    const { url } = await recording(500, `${'x'.repeat(3000)}\nmore`)
    await expect(act({ url })).rejects.toThrow(new RegExp(`HTTP 500: x{2000}$`))
  })

  it('takes the statuses it is told', async () => {
    const { url } = await recording(409)
    expect((await act({ url, status: [409, '200-204'] })).result).toMatch(/^HTTP 409/)
  })

  it('says when nobody answers, and that the effect is unknown', async () => {
    server = await startServer('silent')
    const url = `http://127.0.0.1:${server.port}/`
    await expect(act({ url }, AbortSignal.timeout(100))).rejects.toMatchObject({
      message: `POST ${url}: no answer in time`,
      advice: expect.stringContaining('unknown'),
    })
    const closed = await startServer('closed')
    await expect(act({ url: `http://127.0.0.1:${closed.port}/` })).rejects.toThrow(
      'connection refused',
    )
  })

  it('sends only what was planned', async () => {
    const params = fix.params.parse({ url: 'http://127.0.0.1:1/a' })
    const [step] = fix.plan(null, params)
    const other = fix.params.parse({ url: 'http://127.0.0.1:1/b' })
    if (!step) throw new Error('no plan')
    await expect(fix.act(step, other, context())).rejects.toThrow('not the one that was planned')
  })
})

describe('a URL that is shown', () => {
  it.each([
    ['https://user:pass@example.com/a/b?token=x#y', 'https://example.com/a/b?…'],
    [
      'https://hooks.example.com/services/T00000000/B00000000/XXXX1234XXXX5678',
      'https://hooks.example.com/services/T00000000/B00000000/…',
    ],
    ['https://api.example.com/bot123456:AAE-xyz_0123456789/send', 'https://api.example.com/…/send'],
    [
      'https://api.example.com/v2/deployments/latest',
      'https://api.example.com/v2/deployments/latest',
    ],
  ])('%s', (url, shown) => expect(safeUrl(url)).toBe(shown))
})
