import { readFile } from 'node:fs/promises'
import { getCACertificates } from 'node:tls'
import { OperatorError, messageOf } from '../../contract/error.ts'
import type { Presented } from './chain.ts'
import { handshake } from './handshake.ts'
import type { Place } from './place.ts'

/** Bytes of a file of certificates: a whole system's is a quarter of that. */
const largest = 1024 * 1024

async function certificatesIn(path: string): Promise<string> {
  const advice = 'Correct `ca` in the config, or let the bot read that file.'
  let text: string
  try {
    text = await readFile(path, 'latin1')
  } catch (thrown) {
    throw new OperatorError(`${path} could not be read: ${messageOf(thrown)}`, advice, thrown)
  }
  if (text.length > largest || !text.includes('-----BEGIN CERTIFICATE-----'))
    throw new OperatorError(`${path} is no file of certificates in PEM`, advice)
  return text
}

/** Codes of X509_verify_cert(3) that mean that nobody known stands at the chain's end. */
const unknownIssuer = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/**
 * What a server presents, judged by the authorities of Node, of the file `ca`, and of the system.
 * Rejects as {@link handshake} does, and with an error for the operator where `ca` cannot be used.
 */
export async function present(
  place: Place,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<Presented> {
  const own = ca === undefined ? [] : [await certificatesIn(ca)]
  const usual = ca === undefined ? undefined : [...getCACertificates('default'), ...own]
  const seen = await handshake(place, usual, signal)
  if (!unknownIssuer.has(seen.fault)) return seen
  // Reading the system's store costs a tenth of a second and 10 MB, which few checks need.
  const all = [...getCACertificates('default'), ...getCACertificates('system'), ...own]
  return handshake(place, [...new Set(all)], signal)
}
