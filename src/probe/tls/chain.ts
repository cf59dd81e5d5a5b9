import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls'

/** One certificate of a chain. Times in epoch milliseconds. */
export interface Link {
  readonly subject: string
  readonly issuer: string
  readonly from: number
  readonly until: number
  /** Signed by itself. */
  readonly root: boolean
}

/** What a server showed of itself. */
export interface Presented {
  /** The server's own certificate first; each next one issued the one before. */
  readonly chain: readonly Link[]
  /** Names and addresses that the first is for. */
  readonly names: readonly string[]
  /** OpenSSL's code for why this machine does not accept the chain; '' when it does. */
  readonly fault: string
  /** The name that was asked for is not among `names`. */
  readonly mismatch: boolean
}

/** More than any real chain; a server may send what it likes. */
const longestChain = 10

/** One line of bounded length: a certificate may say anything about itself. */
const plain = (text: string): string =>
  text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 64)

type Name = PeerCertificate['subject'] | undefined

function nameOf(name: Name): string {
  const found = [name?.CN, name?.O, name?.OU].flat().find((part) => part !== undefined)
  return plain(found ?? '')
}

const isRoot = (certificate: DetailedPeerCertificate): boolean =>
  certificate.issuerCertificate?.fingerprint256 === certificate.fingerprint256

/** The names in a certificate's `subjectaltname`, as Node writes it. */
export const namesIn = (alternatives: string | undefined): readonly string[] =>
  (alternatives ?? '')
    .split(', ')
    .map((one) => plain(one.replace(/^(?:DNS|IP Address):/, '')))
    .filter((name) => name !== '')

const link = (certificate: DetailedPeerCertificate): Link => ({
  // Certificates of sites often have no subject, only names.
  subject: nameOf(certificate.subject) || (namesIn(certificate.subjectaltname)[0] ?? 'no name'),
  issuer: nameOf(certificate.issuer) || 'no name',
  from: Date.parse(certificate.valid_from),
  until: Date.parse(certificate.valid_to),
  root: isRoot(certificate),
})

/** From the server's own certificate to its root, or as far as there are any. */
export function chainOf(first: DetailedPeerCertificate): readonly Link[] {
  const chain: Link[] = []
  let current: DetailedPeerCertificate | undefined = first
  while (current?.valid_to !== undefined && chain.length < longestChain) {
    const one = link(current)
    chain.push(one)
    current = one.root ? undefined : current.issuerCertificate
  }
  return chain
}

/**
 * The certificate that ends first. A root is left out, because clients take it from their own store,
 * whatever the server sends; the server's own certificate never is. Undefined for an empty chain.
 */
export const firstToEnd = (chain: readonly Link[]): Link | undefined =>
  chain
    .filter(({ root }, index) => index === 0 || !root)
    .toSorted((a, b) => a.until - b.until)
    .at(0)
