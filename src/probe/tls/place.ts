import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

/** Protocols that begin in plain text and change over to TLS when asked. */
export type StartTls = 'smtp' | 'imap' | 'pop3'

/** Where a certificate is presented, and for whom it must be. */
export interface Place {
  /** What is resolved and connected to. */
  readonly host: string
  readonly port: number
  /** The name or address that must stand in the certificate; in ASCII, without a final dot. */
  readonly name: string
  readonly starttls: StartTls | undefined
}

const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/** In the form that DNS knows; '' where it is neither a name nor an address. */
export function canonicalHost(host: string): string {
  const bare = unbracketed(host)
  if (isIP(bare) !== 0) return bare
  // A URL's other parts, which domainToASCII() would cut off.
  return /[\s/?#@:\\]/.test(bare) ? '' : domainToASCII(bare)
}

/** The registered ports of IANA. */
const ports = { smtp: 25, imap: 143, pop3: 110 } as const

interface Settings {
  readonly host: string
  readonly port?: number | undefined
  readonly servername?: string | undefined
  readonly starttls?: StartTls | undefined
}

export function placeOf({ host, port, servername, starttls }: Settings): Place {
  const usual = starttls === undefined ? 443 : ports[starttls]
  return {
    host: canonicalHost(host),
    port: port ?? usual,
    name: canonicalHost(servername ?? host).replace(/\.$/, ''),
    starttls,
  }
}
