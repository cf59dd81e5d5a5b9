import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls'
import { anchorsAmong } from './anchor.ts'

/** One certificate of a chain. Times in epoch milliseconds. */
export interface Link {
  readonly subject: string
  readonly issuer: string
  readonly from: number
  readonly until: number
  /** Signed by itself. */
  readonly root: boolean
  /** Has name and key of a trusted root: that one, signed by another authority. */
  readonly anchor: boolean
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

const link = (certificate: DetailedPeerCertificate): Omit<Link, 'anchor'> => ({
  // Certificates of sites often have no subject, only names.
  subject: nameOf(certificate.subject) || (namesIn(certificate.subjectaltname)[0] ?? 'no name'),
  issuer: nameOf(certificate.issuer) || 'no name',
  from: Date.parse(certificate.valid_from),
  until: Date.parse(certificate.valid_to),
  root: isRoot(certificate),
})

function walk(first: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const found: DetailedPeerCertificate[] = []
  let current: DetailedPeerCertificate | undefined = first
  while (current?.valid_to !== undefined && found.length < longestChain) {
    found.push(current)
    current = isRoot(current) ? undefined : current.issuerCertificate
  }
  return found
}

/**
 * From the server's own certificate to its root, or as far as there are any.
 *
 * @param trusted gives the certificates in PEM that a chain may end in
 */
export function chainOf(
  first: DetailedPeerCertificate,
  trusted: () => readonly string[],
): readonly Link[] {
  const certificates = walk(first)
  const end = Date.parse(first.valid_to)
  // Looking through all that are trusted takes some 20 ms, and matters for few chains.
  const matters = certificates.some((one) => Date.parse(one.valid_to) < end && !isRoot(one))
  const isAnchor = matters ? anchorsAmong(trusted()) : () => false
  return certificates.map((one) => ({
    ...link(one),
    anchor: one !== first && !isRoot(one) && isAnchor(one.raw),
  }))
}

/**
 * What clients need of a chain. They take roots from their own store, whatever the server sends, and
 * look at nothing beyond one that they trust; the server's own certificate always counts.
 */
export function needed(chain: readonly Link[]): readonly Link[] {
  const end = chain.findIndex(({ root, anchor }, index) => index > 0 && (root || anchor))
  return end < 0 ? chain : chain.slice(0, end)
}

/** The certificate that ends first of those that clients need. Undefined for an empty chain. */
export const firstToEnd = (chain: readonly Link[]): Link | undefined =>
  needed(chain)
    .toSorted((a, b) => a.until - b.until)
    .at(0)
