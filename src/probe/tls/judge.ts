import { formatDuration } from '../../contract/units.ts'
import { describeCode } from '../failure.ts'
import { firstToEnd, needed } from './chain.ts'
import type { Link, Presented } from './chain.ts'

const day = 86_400_000

/** What is to be said of a certificate. */
export interface Verdict {
  /** Of the one that ends first; negative when it has. */
  readonly daysLeft: number
  readonly expired: boolean
  /** null: one that has expired hides whether it would be trusted otherwise. */
  readonly untrusted: boolean | null
  readonly mismatch: boolean
  /** One line: what is wrong, when it ends, who issued it, whom it is for. */
  readonly saw: string
}

const showDate = (at: number): string => new Date(at).toISOString().slice(0, 10)

const showSpan = (ms: number): string =>
  ms >= 2 * day ? `${Math.floor(ms / day)} days` : formatDuration(Math.max(ms, 1000))

/** Which one it is, where it is not the server's own. */
const whose = (link: Link, leaf: Link): string => (link === leaf ? '' : `issuer ${link.subject} `)

function showEnd(link: Link, leaf: Link, now: number): string {
  const { until } = link
  const when =
    until < now ? `expired ${showSpan(now - until)} ago` : `expires in ${showSpan(until - now)}`
  return `${whose(link, leaf)}${when} (${showDate(until)})`
}

const showStart = (link: Link, leaf: Link, now: number): string =>
  `${whose(link, leaf)}not valid before ${showDate(link.from)} (in ${showSpan(link.from - now)})`

/** OpenSSL's codes about dates, which are judged here by the time of the run. */
const isDate = (fault: string): boolean => /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/.test(fault)

function showFault(fault: string, chain: readonly Link[]): string {
  const last = chain.at(-1)?.issuer ?? ''
  if (fault === 'DEPTH_ZERO_SELF_SIGNED_CERT') return 'self-signed'
  if (fault === 'SELF_SIGNED_CERT_IN_CHAIN') return `issued under ${last}, not trusted here`
  if (fault.startsWith('UNABLE_TO_'))
    return `chain incomplete: ${last} is neither sent nor trusted here`
  return describeCode(fault) ?? `not accepted here: ${fault}`
}

function showNames(names: readonly string[], subject: string): string {
  const all = names.length === 0 ? [subject] : names
  const more = all.length > 2 ? ` and ${all.length - 2} more` : ''
  return `${all.slice(0, 2).join(', ')}${more}`
}

/**
 * Judges what was presented for `name` at the time `now`. Null for a chain without a certificate.
 */
export function judge(
  { chain, names, fault, mismatch }: Presented,
  name: string,
  now: number,
): Verdict | null {
  const [leaf] = chain
  const first = firstToEnd(chain)
  if (leaf === undefined || first === undefined) return null
  const expired = first.until < now
  const early = needed(chain).find(({ from }) => from > now)
  const distrust = fault !== '' && !(isDate(fault) && (expired || early !== undefined))
  const hidden = fault !== '' && !distrust && early === undefined
  const parts = [
    ...(mismatch ? [`for ${showNames(names, leaf.subject)}, not for ${name}`] : []),
    ...(early === undefined ? [] : [showStart(early, leaf, now)]),
    ...(distrust ? [showFault(fault, chain)] : []),
    showEnd(first, leaf, now),
    ...(leaf.root ? [] : [`issued by ${leaf.issuer}`]),
    ...(mismatch ? [] : [`for ${name}`]),
  ]
  return {
    daysLeft: (first.until - now) / day,
    expired,
    untrusted: hidden ? null : distrust || early !== undefined,
    mismatch,
    saw: parts.join(', ').slice(0, 300),
  }
}

/** One line a certificate, the server's own first. */
export const showChain = (chain: readonly Link[]): readonly string[] =>
  chain.map(
    ({ subject, issuer, from, until, root }) =>
      `${subject}: ${showDate(from)} to ${showDate(until)}, ${root ? 'self-signed' : `by ${issuer}`}`,
  )
