import { connect as connectTcp, isIP } from 'node:net'
import type { Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  getCACertificates,
} from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { codeOf } from '../failure.ts'
import { chainOf, namesIn } from './chain.ts'
import type { Presented } from './chain.ts'
import type { Place } from './place.ts'
import { startTls } from './starttls.ts'

/** The time was up, or the program stopped, before the handshake was done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  /** The connection stood: somebody is there, and says nothing. */
  readonly connected: boolean

  constructor(connected: boolean) {
    super('interrupted')
    this.connected = connected
  }
}

/** Over a connection that stands. A literal address must not be sent as a server's name: RFC 6066. */
const secure = (socket: Socket, name: string, trusted: readonly string[] | undefined): TLSSocket =>
  connectTls({
    socket,
    ...(isIP(name) === 0 && { servername: name }),
    // Everything about the certificate is to be told, so that nothing may refuse it before.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(trusted !== undefined && { secureContext: createSecureContext({ ca: [...trusted] }) }),
  })

const settled = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once(event, resolve)
  // Stays for good: a connection may also fail while it is being closed.
  socket.on('error', reject)
  // A wrapped connection that breaks off may close without a word.
  socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
  return promise
}

function presented(
  socket: TLSSocket,
  name: string,
  trusted: readonly string[] | undefined,
): Presented {
  const certificate = socket.getPeerCertificate(true)
  // Declared as an error, but the code of one when nothing was refused: Node's onConnectSecure().
  const fault: unknown = socket.authorizationError
  const known = certificate.valid_to !== undefined
  return {
    chain: known ? chainOf(certificate, () => trusted ?? getCACertificates('default')) : [],
    names: namesIn(certificate.subjectaltname),
    fault: typeof fault === 'string' ? fault : codeOf(fault),
    mismatch: known && checkServerIdentity(name, certificate) !== undefined,
  }
}

/** Ends the handshake on the other side too: a server may log one that breaks off. */
const farewell = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve) => {
    socket.end(() => resolve())
  })

/**
 * What a server presents, over a connection of its own that is closed at once. Nothing is refused.
 * Rejects with the error of the connection, `StartTlsRefused`, or {@link Interrupted}.
 *
 * @param trusted certificates in PEM that the chain may end in, in place of Node's own
 */
export async function handshake(
  { host, port, name, starttls }: Place,
  trusted: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Presented> {
  signal.throwIfAborted()
  let connected = false
  const socket = connectTcp({ host, port })
  const stop = (): void => void socket.destroy(new Interrupted(connected))
  signal.addEventListener('abort', stop, { once: true })
  try {
    await settled(socket, 'connect')
    connected = true
    if (starttls !== undefined) await startTls(socket, starttls)
    const tls = secure(socket, name, trusted)
    await settled(tls, 'secureConnect')
    const seen = presented(tls, name, trusted)
    await farewell(tls)
    return seen
  } catch (thrown) {
    throw signal.aborted ? new Interrupted(connected) : thrown
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}
