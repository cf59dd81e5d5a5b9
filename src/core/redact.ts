/** What a hidden value is replaced by. */
const hidden = '***'
/** Known values shorter than this cannot be told from ordinary text. */
const shortest = 4

/** The last line of a private key: PEM (RFC 7468), OpenPGP's armor (RFC 9580, section 6.2). */
const keyEnd = '-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----'

/** `password=`, `"apiKey": ` and their like, with a value behind them; quotes may be escaped. */
const assigned = (value: string): RegExp =>
  new RegExp(
    String.raw`((?:^|[^A-Za-z])(?:(?:pg)?passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key)\\*["']?\s*[:=]\s*)${value}`,
    'gi',
  )

/**
 * Well-known shapes of secrets: URLs with a password, bearer and basic credentials, private keys,
 * Telegram bot tokens (core.telegram.org/bots/api#authorizing-your-bot), keys of AWS, GitHub, Slack
 * and Stripe by their documented prefixes, and `password=…` in any of its usual spellings. Each takes
 * linear time on any text: where a run of characters may begin is never inside of such a run.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(
      String.raw`-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:${keyEnd}|$)`,
      'g',
    ),
    hidden,
  ],
  // What ends one here began before the text did.
  [new RegExp(String.raw`^[\s\S]*${keyEnd}`), hidden],
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)([^\s/:@'"]*):([^\s/'"]+)@/gi, `$1$2:${hidden}@`],
  [/\b(Bearer)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${hidden}`],
  [/\b([Bb]asic|BASIC)\s+(?=[\w+/-]*(?:[0-9=]|[a-z][A-Z]))[\w+/=-]{8,}/g, `$1 ${hidden}`],
  [/(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}/g, hidden],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, hidden],
  [/\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}/g, hidden],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,}/g, hidden],
  [/\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/g, hidden],
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, hidden],
  [assigned(String.raw`(")(?:[^"\\]|\\[\s\S])+`), `$1$2${hidden}`],
  [assigned(String.raw`(')(?:[^'\\]|\\[\s\S])+`), `$1$2${hidden}`],
  [assigned(String.raw`(\\+["'])(?:[^"'\\]|\\(?!["']))+`), `$1$2${hidden}`],
  // The name of a variable stands for its value, and is none.
  [
    assigned(String.raw`(?!\$\{\w+\}(?:[\s"'\\,;&]|$))(?:[^\s"'\\,;&]|\\(?!["'])){3,}`),
    `$1${hidden}`,
  ],
]

/** A line of a key: 64 characters in PEM, 70 in OpenSSH's format, 76 in MIME; a log may prefix it. */
const keyLine =
  /^([\s\S]*?)(?<![A-Za-z0-9+/=_-])([A-Za-z0-9+/]{60,76}={0,2})((?:\\[nr]){0,2}[^A-Za-z0-9]{0,8})$/
/** So many of them in a row are no coincidence. */
const fewest = 3
/** What stands before a key's last, shorter line is as long as what stands before the others. */
const keyRest = /^[A-Za-z0-9+/]{1,76}={0,2}(?=(?:\\[nr]){0,2}[^A-Za-z0-9]{0,8}$)/

/** Hex digits, most paths and words lack one of these. */
const mayBeKey = (text: string): boolean => [/[A-Z]/, /[a-z]/, /\d/].every((one) => one.test(text))

/** Of random base64 26 in 64 are capitals, as many small letters, 10 digits: of names and paths fewer. */
const isRandom = (text: string): boolean => {
  const share = (others: RegExp): number => text.replace(others, '').length / text.length
  return share(/[^A-Z]+/g) >= 0.25 && share(/[^a-z]+/g) >= 0.25 && share(/\D+/g) >= 0.05
}

/** The middle of a private key: a log's last lines may hold neither its begin nor its end. */
function hideKeyLines(text: string): string {
  const lines = text.split('\n')
  const parts = lines.map((line) => {
    const [, before = '', key = '', after = ''] = keyLine.exec(line) ?? []
    return mayBeKey(key) ? { before, key, after } : null
  })
  for (let from = 0, to = 0; from < lines.length; from = to + 1) {
    const next = parts.indexOf(null, from)
    to = next < 0 ? lines.length : next
    const run = parts.slice(from, to).filter((part) => part !== null)
    if (run.length < fewest || !isRandom(run.map(({ key }) => key).join(''))) continue
    const hiddenRun = run.map(({ before, after }) => before + hidden + after)
    lines.splice(from, run.length, ...hiddenRun)
    const rest = lines[to]
    const width = run.at(-1)?.before.length ?? 0
    if (rest !== undefined)
      lines[to] = rest.slice(0, width) + rest.slice(width).replace(keyRest, hidden)
  }
  return lines.join('\n')
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Every spelling in which a known value may turn up. */
const spellings = (value: string): readonly string[] => [
  value,
  encodeURIComponent(value.toWellFormed()),
  JSON.stringify(value).slice(1, -1),
]

/**
 * Makes the function that hides secrets in any text that leaves the program: known values first,
 * the longest of them before its parts, then the well-known shapes. Give it whole texts: a key is
 * many lines, and of a value that was cut nothing is known.
 */
export function createRedactor(known: readonly string[]): (text: string) => string {
  const values = [...new Set(known.filter((value) => value.length >= shortest).flatMap(spellings))]
  const longestFirst = values.toSorted((a, b) => b.length - a.length)
  const exact =
    longestFirst.length > 0 ? new RegExp(longestFirst.map(escaped).join('|'), 'g') : null
  return (text) => {
    const first = exact ? text.replace(exact, hidden) : text
    const whole = shapes.reduce((shown, [shape, instead]) => shown.replace(shape, instead), first)
    return hideKeyLines(whole)
  }
}
