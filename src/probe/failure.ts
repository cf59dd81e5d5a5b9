import { OperatorError, messageOf } from '../contract/error.ts'

/** A code of Node or the system, also where several addresses were tried. */
export function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code
  return thrown instanceof AggregateError ? codeOf(thrown.errors[0]) : ''
}

/** What was seen, in the words of an operator, by the codes of Node's docs (errors, tls) and errno(3). */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  EPIPE: 'connection closed without an answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EHOSTDOWN: 'the host is down',
  ETIMEDOUT: 'no answer to the connection',
  EADDRNOTAVAIL: 'no free local port or address',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the name server does not answer',
  CERT_HAS_EXPIRED: 'certificate has expired',
  CERT_NOT_YET_VALID: 'certificate is not valid yet',
  CERT_REVOKED: 'certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate chain ends in one that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate chain is incomplete or not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate chain is incomplete or not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate chain is incomplete or not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
  EPROTO: 'no TLS is spoken there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS is spoken there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no TLS is spoken there',
}

/** Words for one of these codes; undefined for all others. */
export const describeCode = (code: string): string | undefined =>
  Object.hasOwn(words, code) ? words[code] : undefined

/** Whether the code speaks of the other side rather than of this machine or program. */
export const isRefusal = (code: string): boolean =>
  describeCode(code) !== undefined || code.startsWith('HPE_') || code.startsWith('ERR_SSL_')

/** One line about a failed connection. */
export function describeFailure(thrown: unknown): string {
  const code = codeOf(thrown)
  const known = describeCode(code)
  if (known !== undefined) return known
  if (code.startsWith('HPE_')) return 'the answer is not HTTP'
  if (code.startsWith('ERR_SSL_')) return `no TLS connection could be agreed on${reasonOf(thrown)}`
  return messageOf(thrown)
}

/** OpenSSL's own words, such as "tlsv1 alert unrecognized name". */
const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error && 'reason' in thrown && typeof thrown.reason === 'string'
    ? `: ${thrown.reason}`
    : ''

/**
 * True when the check's own time is up, which is told to the operator; false when the program stops.
 * `AbortSignal.timeout` gives a TimeoutError, the supervisor an error for the operator.
 */
export function isTimeout({ aborted, reason }: AbortSignal): boolean {
  const timed = reason instanceof DOMException && reason.name === 'TimeoutError'
  return aborted && (timed || reason instanceof OperatorError)
}
