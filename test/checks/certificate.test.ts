import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test, vi } from 'vitest'
import certificate from '../../checks/certificate.ts'
import { identity, listen, tlsFixture } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { contextOf } from './context.ts'
import { probeOne } from './run.ts'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

const ca = tlsFixture('root.pem')
const now = Date.UTC(2120, 10, 24)

async function serve(listener: (socket: Socket) => void) {
  const server = await listen(createServer(listener))
  open.push(server)
  return { host: '127.0.0.1', port: server.port }
}

/** A TLS server that remembers which names it was asked for, and how the handshakes went. */
async function serveTls(name = 'chain', options: object = {}) {
  const asked: string[] = []
  const done: string[] = []
  const SNICallback = (servername: string, go: (error: null) => void): void => {
    asked.push(servername)
    go(null)
  }
  const server = createTlsServer({ ...identity(name), SNICallback, ...options }, (socket) => {
    socket.on('error', () => done.push('broken off'))
    socket.on('data', () => done.push('data'))
    socket.once('end', () => done.push('ended'))
  })
  server.on('tlsClientError', () => done.push('failed'))
  const { close, port } = await listen(server)
  open.push({ close, port })
  return { asked, done, where: { host: '127.0.0.1', port, ca, servername: 'example.com' } }
}

describe('a certificate', () => {
  test('that is good: days to the fraction, and its chain as evidence', async () => {
    const { where } = await serveTls()
    const context = contextOf({ now })
    const params = certificate.params.parse(where)
    const [reading] = await certificate.probe(params, context)
    expect(reading?.metrics).toEqual({
      days_left: 10,
      expired: false,
      untrusted: false,
      mismatch: false,
      down: false,
    })
    expect(reading && (await certificate.evidence?.(params, reading, context))).toEqual([
      {
        title: 'The chain',
        lines: [
          'example.com: 2020-01-01 to 2120-12-04, by R11',
          'R11: 2020-01-01 to 2140-01-01, by Example Root',
          'Example Root: 2020-01-01 to 2160-01-01, self-signed',
        ],
      },
    ])
  })

  test('leaves nothing behind that a server would log', async () => {
    const { where, done } = await serveTls()
    await probeOne(certificate, where, { now })
    await vi.waitFor(() => expect(done).toEqual(['ended']))
  })

  test('of an authority that nobody here knows', async () => {
    const { where } = await serveTls()
    const reading = await probeOne(certificate, { ...where, ca: undefined }, { now })
    expect(reading.metrics).toMatchObject({ untrusted: true, mismatch: false, down: false })
    expect(reading.saw).toMatch(/^chain incomplete: Example Root is neither sent nor trusted here/)
  })

  test('signed by itself is trusted where the config names it', async () => {
    const { where } = await serveTls('self-signed')
    expect((await probeOne(certificate, where, { now })).saw).toMatch(/^self-signed, expires in /)
    const trusting = { ...where, ca: tlsFixture('self-signed.pem') }
    const reading = await probeOne(certificate, trusting, { now })
    expect(reading).toMatchObject({
      metrics: { untrusted: false, mismatch: false },
      saw: 'expires in 10 days (2120-12-04), for example.com',
    })
  })

  test('for other names', async () => {
    const { where } = await serveTls()
    const reading = await probeOne(certificate, { ...where, servername: 'a.example' }, { now })
    expect(reading.metrics).toMatchObject({ mismatch: true, untrusted: false })
    expect(reading.saw).toMatch(/^for example.com, www.example.com, not for a.example, expires/)
  })

  test('that is not valid yet', async () => {
    const { where } = await serveTls()
    const reading = await probeOne(certificate, where, { now: Date.UTC(2019, 11, 29) })
    expect(reading.metrics).toMatchObject({ untrusted: true, expired: false })
    expect(reading.saw).toMatch(/^not valid before 2020-01-01 \(in 3 days\), expires in 36/)
  })
})

describe('the name that is asked for', () => {
  test.each([
    ['example.com.', 'example.com'],
    ['EXAMPLE.com', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['127.0.0.1', undefined],
    ['[::1]', undefined],
  ])('%s', async (servername, expected) => {
    const { where, asked } = await serveTls()
    const reading = await probeOne(certificate, { ...where, servername }, { now })
    expect(asked).toEqual(expected === undefined ? [] : [expected])
    expect(reading.metrics).toMatchObject({ mismatch: expected !== 'example.com' })
  })

  test.each(['https://example.com', 'example.com:443', 'a/b', '', 'a b'])('never %j', (host) => {
    expect(certificate.params.safeParse({ host }).success).toBe(false)
  })
})

describe('down', () => {
  test('an HTTP server, as one without TLS', async () => {
    const where = await serve((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    const reading = await probeOne(certificate, where)
    expect(reading).toMatchObject({
      saw: 'no TLS is spoken there',
      metrics: { down: true, days_left: null, expired: null, untrusted: null, mismatch: null },
    })
  })

  test('a server that closes in the middle of it', async () => {
    const where = await serve((socket) => socket.once('data', () => socket.destroy()))
    const reading = await probeOne(certificate, where)
    expect(reading.saw).toBe('connection closed without an answer')
  })

  test('a server that refuses the handshake, with its reason', async () => {
    const { where } = await serveTls('chain', {
      SNICallback: (_: string, done: (error: Error) => void) => done(new Error('unknown')),
    })
    const refusing = await probeOne(certificate, where, { now })
    expect(refusing.metrics).toMatchObject({ down: true })
    const old = await serveTls('chain', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })
    const reading = await probeOne(certificate, old.where, { now })
    expect(reading.saw).toMatch(/^no TLS connection could be agreed on: \S/)
  })

  test('a name that does not exist', async () => {
    const reading = await probeOne(certificate, { host: 'no-such-host.invalid' })
    expect(reading.metrics).toMatchObject({ down: true })
  })

  test('a server that takes the connection and says no more', async () => {
    let asked = Promise.withResolvers<void>()
    const where = await serve((socket) => socket.once('data', () => asked.resolve()))
    const abortedBy = async (reason: Error) => {
      asked = Promise.withResolvers<void>()
      const stop = new AbortController()
      const probed = probeOne(certificate, where, {}, { signal: stop.signal })
      await asked.promise
      stop.abort(reason)
      return probed
    }
    const late = await abortedBy(new DOMException('late', 'TimeoutError'))
    expect(late.metrics).toMatchObject({ down: true })
    expect(late.saw).toMatch(/^connected, but no handshake within \d/)
    await expect(abortedBy(new Error('the bot stops'))).rejects.toThrow('the bot stops')
  })
})

test.each([
  ['/no/such/file', 'could not be read'],
  [tlsFixture('README.md'), 'is no file of certificates'],
])('without its authorities in %s nothing is judged', async (file, words) => {
  const { where } = await serveTls()
  await expect(probeOne(certificate, { ...where, ca: file }, { now })).rejects.toThrow(words)
})

describe('STARTTLS', () => {
  type Script = Readonly<Record<string, string>>
  const scripts: Readonly<Record<string, Script>> = {
    smtp: {
      '': '220-welcome\r\n220 mail ESMTP\r\n',
      EHLO: '250-mail\r\n250-STARTTLS\r\n250 SIZE\r\n',
      STARTTLS: '220 go\r\n',
    },
    imap: { '': '* OK ready\r\n', 'a STARTTLS': '* OK soon\r\na OK begin\r\n' },
    pop3: { '': '+OK ready\r\n', STLS: '+OK begin\r\n' },
  }

  /** Answers line by line from the script, and speaks TLS after its last answer. */
  const play = (script: Script) =>
    serve((socket) => {
      const turns = Object.entries(script)
      socket.write(turns.shift()?.[1] ?? '')
      const answer = (chunk: Uint8Array): void => {
        const [wanted = '', reply = ''] = turns.shift() ?? []
        if (!String(chunk).startsWith(wanted)) return void socket.end('500 what?\r\n')
        // In two pieces, because that is how networks are.
        socket.write(reply.slice(0, 3))
        setImmediate(() => socket.write(reply.slice(3)))
        if (turns.length > 0) return
        socket.off('data', answer)
        setImmediate(() => {
          new TLSSocket(socket, { isServer: true, ...identity('chain') }).on('error', () => {})
        })
      }
      socket.on('data', answer)
    })

  test.each(['smtp', 'imap', 'pop3'])('over %s', async (starttls) => {
    const where = await play(scripts[starttls] ?? {})
    const params = { ...where, ca, servername: 'example.com', starttls }
    const reading = await probeOne(certificate, params, { now })
    expect(reading).toMatchObject({ metrics: { days_left: 10, untrusted: false, down: false } })
  })

  test.each([
    [
      'smtp',
      { '': '220 mail\r\n', EHLO: '250 mail\r\n', STARTTLS: '454 not now\r\n' },
      '454 not now',
    ],
    ['smtp', { '': '554 go away\r\n' }, '554 go away'],
    ['imap', { '': '* OK\r\n', 'a STARTTLS': 'a BAD what\r\n' }, 'a BAD what'],
    ['pop3', { '': '-ERR busy\r\n' }, '-ERR busy'],
    ['pop3', { '': 'x'.repeat(20_000) }, 'more than 16 KiB of text'],
  ])('refused over %s', async (starttls, script, words) => {
    const reading = await probeOne(certificate, { ...(await play(script)), starttls })
    expect(reading).toMatchObject({ metrics: { down: true }, saw: `no STARTTLS: ${words}` })
  })

  test('closed before it begins', async () => {
    const where = await serve((socket) => void socket.end('* OK\r\n'))
    const reading = await probeOne(certificate, { ...where, starttls: 'imap' })
    expect(reading).toMatchObject({ metrics: { down: true } })
    expect(reading.saw).toMatch(/^no STARTTLS: closed the connection$|^connection closed/)
  })
})
