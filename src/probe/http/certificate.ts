import { connect } from 'node:tls'
import { formatDuration } from '../../contract/units.ts'

/**
 * When the certificate of a server ended, in words. Nothing is sent over the connection, which is
 * made without verification just to read the date.
 */
export function describeExpiry(url: URL, now: number, signal: AbortSignal): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const socket = connect({
    host: hostname,
    port: Number(url.port || 443),
    rejectUnauthorized: false,
    ...(/[a-z]/i.test(hostname) && !hostname.includes(':') && { servername: hostname }),
  })
  const finish = (): void => {
    const ended = Date.parse(socket.getPeerCertificate()?.valid_to ?? '')
    socket.destroy()
    signal.removeEventListener('abort', finish)
    resolve(
      ended < now
        ? `certificate expired ${formatDuration(Math.max(now - ended, 1000))} ago`
        : 'a certificate of the chain has expired',
    )
  }
  socket.once('secureConnect', finish)
  socket.once('error', finish)
  if (signal.aborted) finish()
  else signal.addEventListener('abort', finish, { once: true })
  return promise
}
