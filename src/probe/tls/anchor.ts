import { X509Certificate } from 'node:crypto'

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Null for what cannot be read: TLS passes over it, too. */
function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

/**
 * Tells whether a certificate in DER has subject and public key of a root among those trusted, which
 * together are what a trust anchor is: RFC 5280, section 6.1.1 (d).
 *
 * @param trusted texts of one or more certificates in PEM
 */
export function anchorsAmong(trusted: readonly string[]): (raw: Uint8Array) => boolean {
  const roots = trusted
    .flatMap((text) => text.match(block) ?? [])
    .map(parse)
    .filter((one) => one !== null)
    .filter((one) => one.checkIssued(one))
  return (raw) => {
    const { subject, publicKey } = new X509Certificate(raw)
    return roots.some((root) => root.subject === subject && root.publicKey.equals(publicKey))
  }
}
