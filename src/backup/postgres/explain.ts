import { messageOf, OperatorError } from '../../contract/error.ts'

interface Sign {
  /** What the server, libpq or the kernel say, in C's words, or a code of theirs. */
  readonly seen: RegExp
  readonly says: string
  readonly advice: string
}

/**
 * The first that fits. SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html; the
 * words are those of libpq and of pg_dump, whose messages have no codes.
 */
const signs: readonly Sign[] = [
  {
    seen: /28P01|password authentication failed|no password supplied/,
    says: 'it refuses the password',
    advice: 'Correct user and password in the address.',
  },
  {
    seen: /28000|no pg_hba\.conf entry|Peer authentication failed|Ident authentication failed/,
    says: 'it does not let this user in from here',
    advice: 'Allow it in pg_hba.conf, or give another user or host in the address.',
  },
  {
    seen: /3D000|database ".*" does not exist/,
    says: 'there is no such database',
    advice: 'Correct its name in the address; where it was dropped, /restore brings it back.',
  },
  {
    seen: /53300|too many clients|remaining connection slots/,
    says: 'it has no connection left',
    advice: 'See who holds them: SELECT * FROM pg_stat_activity.',
  },
  {
    seen: /57P03|is starting up|is shutting down|in recovery mode|not yet accepting/,
    says: 'it is starting or stopping',
    advice: 'Try again when it runs.',
  },
  {
    seen: /53100|No space left on device|Disk quota exceeded/,
    says: 'the disk is full',
    advice: 'Make room on that file system, then try again.',
  },
  {
    seen: /row-level security/,
    says: 'row-level security hides rows from this user',
    advice: 'Use a superuser, or ALTER ROLE … BYPASSRLS.',
  },
  {
    seen: /55P03|lock timeout|statement timeout[^]*LOCK TABLE/,
    says: 'somebody holds a table locked',
    advice: "See who: SELECT * FROM pg_stat_activity WHERE state <> 'idle' ORDER BY xact_start.",
  },
  {
    seen: /40001|conflict with recovery/,
    says: 'the standby has cancelled it to keep up with its primary',
    advice: 'Back up from the primary, or set hot_standby_feedback = on.',
  },
  {
    seen: /42501|permission denied|must be (?:superuser|owner)/,
    says: 'this user may not do that',
    advice: 'Use the owner of the database or a superuser, or GRANT it.',
  },
  {
    seen: /57014|statement timeout/,
    says: 'it took too long',
    advice: 'See what the server is busy with: SELECT * FROM pg_stat_activity.',
  },
  {
    seen: /57P01|terminating connection/,
    says: 'the server has ended the connection',
    advice: 'See in its log why, then try again.',
  },
  {
    seen: /SSL|certificate|self-signed/i,
    says: 'TLS cannot be agreed on',
    advice: 'See sslmode and sslrootcert in the address.',
  },
  {
    seen: /ECONNREFUSED|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE|timeout expired|could not (?:connect|translate)|connection to server .* failed|terminated unexpectedly|server closed the connection/,
    says: 'the server cannot be reached',
    advice: 'See that it runs, and that host and port in the address are right.',
  },
]

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

/** The server's own words, one line of them. */
const lastWord = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const said = lines.findLast((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? ''
  return said.trim().slice(0, 300)
}

/** Pure: what PostgreSQL wrote or threw → what it means. `what`: "pg_dump of app on db1". */
export function explain(what: string, thrown: unknown): OperatorError {
  if (thrown instanceof OperatorError) return thrown
  const wrote = typeof thrown === 'string' ? thrown : messageOf(thrown)
  const word = lastWord(wrote)
  const sign = signs.find(({ seen }) => seen.test(`${codeOf(thrown)} ${wrote}`))
  const says = sign?.says ?? (word === '' ? 'it did not say why' : word)
  const more = sign === undefined || word === '' ? '' : ` (${word})`
  return new OperatorError(`${what} failed: ${says}${more}`, sign?.advice, thrown)
}
