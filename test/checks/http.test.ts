import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import http from '../../checks/http.ts'
import { listen } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { contextOf } from './context.ts'
import { probeOne } from './run.ts'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function serve(listener: (...of: Parameters<RequestListener>) => unknown): Promise<string> {
  const server = await listen(createServer((request, response) => void listener(request, response)))
  open.push(server)
  return `http://127.0.0.1:${server.port}`
}

/** Resolves once the whole body of a request has come. */
const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

describe('what goes out', () => {
  test('the method, the headers, a text body', async () => {
    const seen: unknown[] = []
    const url = await serve(async (request, response) => {
      const { method, headers } = request
      seen.push(method, headers['x-key'], headers['content-length'], await bodyOf(request))
      response.end()
    })
    await probeOne(http, { url, method: 'POST', headers: { 'X-Key': 'k' }, body: 'dätä' })
    expect(seen).toEqual(['POST', 'k', '6', 'dätä'])
  })

  test('anything else as JSON', async () => {
    const seen: unknown[] = []
    const url = await serve(async (request, response) => {
      seen.push(request.headers['content-type'], await bodyOf(request))
      response.end()
    })
    await probeOne(http, { url, method: 'POST', body: { a: [1] } })
    expect(seen).toEqual(['application/json', '{"a":[1]}'])
  })

  test('the credentials of the URL, over a new connection each time', async () => {
    const seen: unknown[] = []
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.connection)
      response.end(String(request.socket.remotePort))
    })
    const withUser = url.replace('http://', 'http://user:pa%20ss@')
    await probeOne(http, { url: withUser })
    expect(seen).toEqual([`Basic ${btoa('user:pa ss')}`, 'close'])
  })
})

describe('status', () => {
  const url = (): Promise<string> =>
    serve((request, response) => {
      response.writeHead(Number(request.url?.slice(1))).end()
    })

  test.each([
    [200, undefined, false],
    [304, undefined, false],
    [404, undefined, true],
    [500, undefined, true],
    [404, 404, false],
    [200, 404, true],
    [204, '200-299', false],
    [301, '200-299', true],
    [401, [200, '400-403'], false],
  ])('%i against %j', async (answered, status, down) => {
    const params = { url: `${await url()}/${answered}`, ...(status !== undefined && { status }) }
    const reading = await probeOne(http, params)
    expect(reading.metrics).toMatchObject({ down, status: answered })
    expect(reading.saw).toMatch(new RegExp(`^HTTP ${answered} in \\d`))
  })

  test.each([99, '2xx', [], 'ok'])('%j is no status', (status) => {
    expect(http.params.safeParse({ url: 'http://a.example', status }).success).toBe(false)
  })
})

describe('redirects', () => {
  const chain = (): Promise<string> =>
    serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })

  test('are followed to the end', async () => {
    const reading = await probeOne(http, { url: `${await chain()}/5`, expect: 'there' })
    expect(reading.metrics).toMatchObject({ down: false, status: 200, unmet: false })
  })

  test('one too many is down', async () => {
    const reading = await probeOne(http, { url: `${await chain()}/6` })
    expect(reading).toMatchObject({ saw: 'more than 5 redirects', metrics: { down: true } })
  })

  test('none at all means that the first answer is judged', async () => {
    const reading = await probeOne(http, { url: `${await chain()}/6`, redirects: 0 })
    expect(reading.metrics).toMatchObject({ down: false, status: 302 })
  })

  test('no credentials reach another origin', async () => {
    const seen: unknown[] = []
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-api-key'])
      response.end()
    })
    const first = await serve((_, response) => {
      response.writeHead(302, { location: other }).end()
    })
    const params = {
      url: first.replace('http://', 'http://user:pass@'),
      headers: { 'x-api-key': 'secret' },
    }
    expect((await probeOne(http, params)).metrics).toMatchObject({ down: false })
    expect(seen).toEqual([undefined, undefined])
  })
})

describe('down', () => {
  test('an answer that is not HTTP', async () => {
    const server = await listen(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    open.push(server)
    const reading = await probeOne(http, { url: `http://127.0.0.1:${server.port}/` })
    expect(reading).toMatchObject({ saw: 'the answer is not HTTP', metrics: { down: true } })
  })

  test('a connection that is closed', async () => {
    const server = await listen(createTcpServer((socket) => socket.destroy()))
    open.push(server)
    const reading = await probeOne(http, { url: `http://127.0.0.1:${server.port}/` })
    expect(reading.saw).toBe('connection closed without an answer')
  })

  test('an answer that breaks off', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      response.socket?.end()
    })
    const reading = await probeOne(http, { url })
    expect(reading).toMatchObject({ metrics: { down: true } })
  })

  test('a name that does not exist, without the password of its URL', async () => {
    const reading = await probeOne(http, { url: 'http://user:hunter2@no-such-host.invalid/' })
    expect(reading.metrics).toMatchObject({ down: true, unmet: null })
    expect(JSON.stringify(reading)).not.toContain('hunter2')
  })

  test('no TLS where it was expected', async () => {
    const url = await serve((_, response) => response.end())
    const reading = await probeOne(http, { url: url.replace('http:', 'https:') })
    expect(reading.saw).toMatch(/TLS/)
  })

  test('no answer before the time is up; a stop is no verdict', async () => {
    let asked = Promise.withResolvers<void>()
    const url = await serve(() => asked.resolve())
    const late = new AbortController()
    const first = probeOne(http, { url }, {}, { signal: late.signal })
    await asked.promise
    late.abort(new DOMException('late', 'TimeoutError'))
    expect(await first).toMatchObject({ metrics: { down: true } })
    expect((await first).saw).toMatch(/^no answer within \d/)

    asked = Promise.withResolvers<void>()
    const stop = new AbortController()
    const second = probeOne(http, { url }, {}, { signal: stop.signal })
    await asked.promise
    stop.abort(new Error('the bot stops'))
    await expect(second).rejects.toThrow('the bot stops')
  })
})

describe('the answer', () => {
  test('is read to its first MiB, and that is enough to answer', async () => {
    const url = await serve((_, response) => {
      response.write('begin')
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536, 'x'), more)
      }
      more()
    })
    expect((await probeOne(http, { url, expect: 'begin' })).metrics).toMatchObject({ unmet: false })
    expect(await probeOne(http, { url, expect: { json: '$.a' } })).toMatchObject({
      saw: expect.stringContaining('longer than 1 MiB'),
      metrics: { unmet: true },
    })
  })

  test('is evidence when it was a bad one, and only then', async () => {
    let status = 500
    const url = await serve((_, response) => {
      response.writeHead(status).end('line one\nline two\n')
    })
    const context = contextOf({})
    const params = http.params.parse({ url })
    const evidence = async () => {
      const [reading] = await http.probe(params, context)
      return reading === undefined ? [] : http.evidence?.(params, reading, context)
    }
    expect(await evidence()).toEqual([{ title: 'The answer', lines: ['line one', 'line two'] }])
    status = 200
    expect(await evidence()).toEqual([])
  })

  test('is evidence of 20 lines, each far longer than what is shown after secrets are hidden', async () => {
    const url = await serve((_, response) => {
      response.writeHead(500).end(`${'x'.repeat(3000)}  \n`.repeat(30))
    })
    const context = contextOf({})
    const params = http.params.parse({ url })
    const [reading] = await http.probe(params, context)
    if (reading === undefined) throw new Error('there was no reading')
    const [found] = (await http.evidence?.(params, reading, context)) ?? []
    expect(found?.lines).toEqual(Array.from({ length: 20 }, () => 'x'.repeat(2000)))
  })

  test('that is blank is no evidence', async () => {
    const url = await serve((_, response) => {
      response.writeHead(500).end(' \n\n')
    })
    const context = contextOf({})
    const params = http.params.parse({ url })
    const [reading] = await http.probe(params, context)
    if (reading === undefined) throw new Error('there was no reading')
    expect(await http.evidence?.(params, reading, context)).toEqual([])
  })

  test('is timed, over twenty runs', async () => {
    const url = await serve((_, response) => response.end())
    const memo = new Map<string, unknown>([['latencies', Array.from({ length: 30 }, () => 60_000)]])
    const reading = await probeOne(http, { url }, {}, { memo })
    expect(reading.metrics['p95']).toBe(60_000)
    expect(reading.metrics['latency']).toBeLessThan(60_000)
    expect(memo.get('latencies')).toHaveLength(20)
  })
})

test.each(['example.com', 'ftp://a.example', 'http://', ''])('%j is no URL', (url) => {
  const { error } = http.params.safeParse({ url })
  expect(error?.issues[0]?.message).toMatch(/^expected a URL/)
})

test('a problem with a URL does not repeat the password in it', () => {
  const { error } = http.params.safeParse({ url: 'postgres://user:hunter2@h/' })
  expect(JSON.stringify(error)).not.toContain('hunter2')
})
