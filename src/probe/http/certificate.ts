import { formatDuration } from '../../contract/units.ts'
import { firstToEnd } from '../tls/chain.ts'
import { handshake } from '../tls/handshake.ts'
import { placeOf } from '../tls/place.ts'

/** When the certificate of a server ended, in words. Nothing is sent over the connection. */
export async function describeExpiry(url: URL, now: number, signal: AbortSignal): Promise<string> {
  const place = placeOf({ host: url.hostname, port: Number(url.port || 443) })
  const seen = await handshake(place, undefined, signal).catch(() => null)
  const ended = firstToEnd(seen?.chain ?? [])?.until
  return ended !== undefined && ended < now
    ? `certificate expired ${formatDuration(Math.max(now - ended, 1000))} ago`
    : 'a certificate of the chain has expired'
}
