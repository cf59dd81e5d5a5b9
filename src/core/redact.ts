/** What a hidden value is replaced by. */
const hidden = '***'
/** Known values shorter than this cannot be told from ordinary text. */
const shortest = 4

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
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
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
  [assigned(String.raw`(?:[^\s"'\\,;&]|\\(?!["'])){3,}`), `$1${hidden}`],
]

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Every spelling in which a known value may turn up. */
const spellings = (value: string): readonly string[] => [
  value,
  encodeURIComponent(value.toWellFormed()),
  JSON.stringify(value).slice(1, -1),
]

/**
 * Makes the function that hides secrets in any text that leaves the program: known values first,
 * the longest of them before its parts, then the well-known shapes.
 */
export function createRedactor(known: readonly string[]): (text: string) => string {
  const values = [...new Set(known.filter((value) => value.length >= shortest).flatMap(spellings))]
  const longestFirst = values.toSorted((a, b) => b.length - a.length)
  const exact =
    longestFirst.length > 0 ? new RegExp(longestFirst.map(escaped).join('|'), 'g') : null
  return (text) => {
    const first = exact ? text.replace(exact, hidden) : text
    return shapes.reduce((shown, [shape, instead]) => shown.replace(shape, instead), first)
  }
}
