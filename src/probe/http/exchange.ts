import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'

// An import statement reads every export, the WebSocket too, and with it all of undici: 3 MiB.
const { request } = process.getBuiltinModule('node:http')

/** One request as it goes out. */
export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Whether a certificate must be valid. */
  readonly verify: boolean
}

export interface Answer {
  readonly status: number
  readonly location: string | undefined
  /** Its first MiB, read as UTF-8. */
  readonly body: string
  /** There was more of it. */
  readonly cut: boolean
}

const bodyLimit = 1024 * 1024

function collect(response: IncomingMessage): Promise<Pick<Answer, 'body' | 'cut'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Pick<Answer, 'body' | 'cut'>>()
  const chunks: Uint8Array[] = []
  let size = 0
  const done = (cut: boolean): void =>
    resolve({ body: Buffer.concat(chunks).subarray(0, bodyLimit).toString('utf8'), cut })
  response.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk)
    size += chunk.length
    if (size <= bodyLimit) return
    done(true)
    response.destroy()
  })
  response.once('end', () => done(false))
  response.once('error', reject)
  return promise
}

async function open(outgoing: Outgoing, signal: AbortSignal): Promise<ClientRequest> {
  const { url, method, body, verify } = outgoing
  const headers: OutgoingHttpHeaders = {
    accept: '*/*',
    // What comes back is searched for text.
    'accept-encoding': 'identity',
    'user-agent': 'Mechanic',
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    ...outgoing.headers,
  }
  // No agent, no connection kept: that would hide dead listeners, moved names and new certificates.
  const options = { method, headers, signal, agent: false } as const
  if (url.protocol === 'http:') return request(url, options)
  const https = await import('node:https')
  return https.request(url, { ...options, rejectUnauthorized: verify })
}

/**
 * One request and its answer, over a connection of its own. Rejects with the error of the system or
 * of TLS, and with the signal's reason when that was aborted.
 */
export async function exchange(outgoing: Outgoing, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const sent = await open(outgoing, signal)
  sent.once('response', resolve)
  // Stays for good: a connection may also fail while its answer is thrown away.
  sent.on('error', reject)
  sent.end(outgoing.body)
  try {
    const response = await promise
    const { statusCode = 0, headers } = response
    return { status: statusCode, location: headers.location, ...(await collect(response)) }
  } catch (thrown) {
    signal.throwIfAborted()
    throw thrown
  } finally {
    sent.destroy()
  }
}
