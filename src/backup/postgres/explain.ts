import { messageOf, OperatorError } from '../../contract/error.ts'
import { Unavailable } from '../unavailable.ts'

/** A dump that cannot be loaded, wherever that is tried. */
export class DumpError extends OperatorError {}

interface Sign {
  /** What the server, libpq or the kernel say, in C's words. */
  readonly seen: RegExp
  /** Codes of theirs. */
  readonly codes?: readonly string[]
  readonly says: string
  readonly advice: string
  /** Whatever was asked, it would have been said. */
  readonly server?: true
}

/**
 * The first that fits. SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html; the
 * words are those of libpq and of pg_dump, whose messages have no codes.
 */
const signs: readonly Sign[] = [
  {
    seen: /password authentication failed|no password supplied/,
    codes: ['28P01'],
    says: 'it refuses the password',
    advice: 'Correct user and password in the address.',
    server: true,
  },
  {
    seen: /no pg_hba\.conf entry|Peer authentication failed|Ident authentication failed/,
    codes: ['28000'],
    says: 'it does not let this user in from here',
    advice: 'Allow it in pg_hba.conf, or give another user or host in the address.',
    server: true,
  },
  {
    seen: /database ".*" does not exist/,
    codes: ['3D000'],
    says: 'there is no such database',
    advice: 'Correct its name in the address; where it was dropped, /restore brings it back.',
  },
  {
    seen: /too many clients|remaining connection slots/,
    codes: ['53300'],
    says: 'it has no connection left',
    advice: 'See who holds them: SELECT * FROM pg_stat_activity.',
    server: true,
  },
  {
    seen: /system is (?:starting up|shutting down|in recovery mode)|not yet accepting/,
    codes: ['57P03'],
    says: 'it is starting or stopping',
    advice: 'Try again when it runs.',
    server: true,
  },
  {
    seen: /No space left on device|Disk quota exceeded/,
    codes: ['53100'],
    says: 'the disk is full',
    advice: 'Make room on that file system, then try again.',
    server: true,
  },
  {
    seen: /row-level security/,
    says: 'row-level security hides rows from this user',
    advice: 'Use a superuser, or ALTER ROLE … BYPASSRLS.',
  },
  {
    seen: /lock timeout|statement timeout[^]*LOCK TABLE/,
    codes: ['55P03'],
    says: 'somebody holds a table locked',
    advice: "See who: SELECT * FROM pg_stat_activity WHERE state <> 'idle' ORDER BY xact_start.",
  },
  {
    seen: /conflict with recovery/,
    codes: ['40001'],
    says: 'the standby has cancelled it to keep up with its primary',
    advice: 'Back up from the primary, or set hot_standby_feedback = on.',
  },
  {
    seen: /permission denied|must be (?:superuser|owner)/,
    codes: ['42501'],
    says: 'this user may not do that',
    advice: 'Use the owner of the database or a superuser, or GRANT it.',
  },
  {
    seen: /statement timeout/,
    codes: ['57014'],
    says: 'it took too long',
    advice: 'See what the server is busy with: SELECT * FROM pg_stat_activity.',
  },
  {
    seen: /terminating connection/,
    codes: ['57P01'],
    says: 'the server has ended the connection',
    advice: 'See in its log why, then try again.',
    server: true,
  },
  {
    seen: /\bSSL (?:connection|error|SYSCALL|negotiation|off|on\b|was required)|(?:not|n't) support SSL|certificate (?:verify|is not|has expired|file)|unable to (?:get|verify) .*certificate|self-signed certificate|root certificate/i,
    codes: ['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    says: 'TLS cannot be agreed on',
    advice: 'See sslmode and sslrootcert in the address.',
    server: true,
  },
  {
    seen: /ECONNREFUSED|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE|timeout expired|could not (?:connect|translate)|connection to server .* failed|terminated unexpectedly|server closed the connection/,
    says: 'the server cannot be reached',
    advice: 'See that it runs, and that host and port in the address are right.',
    server: true,
  },
]

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

const signOf = (code: string, wrote: string): Sign | undefined =>
  signs.find(({ codes }) => codes?.includes(code)) ??
  signs.find(({ seen }) => seen.test(`${code} ${wrote}`))

/** The server's own words, one line of them. */
const lastWord = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const said = lines.findLast((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? ''
  return said.trim().slice(0, 300)
}

/**
 * Pure: what PostgreSQL wrote or threw → what it means.
 *
 * @param what "pg_dump of app on db1"
 * @param Unknown what it is where none of the known reasons fits
 */
export function explain(
  what: string,
  thrown: unknown,
  Unknown: typeof OperatorError = OperatorError,
): OperatorError {
  if (thrown instanceof OperatorError) return thrown
  const wrote = typeof thrown === 'string' ? thrown : messageOf(thrown)
  const word = lastWord(wrote)
  const sign = signOf(codeOf(thrown), wrote)
  const says = sign?.says ?? (word === '' ? 'it did not say why' : word)
  const more = sign === undefined || word === '' ? '' : ` (${word})`
  const Kind = sign?.server ? Unavailable : sign ? OperatorError : Unknown
  return new Kind(`${what} failed: ${says}${more}`, sign?.advice, thrown)
}
