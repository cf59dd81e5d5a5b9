/** Names of variables and settings that hold secrets. */
const secretName = /TOKEN|SECRET|PASS|PWD|KEY|CRED|DSN|AUTH(?!OR)/i
/** Places of secrets rather than secrets. */
const placeName = /_(?:FILE|PATH|DIR|SOCK|HOME|ID)$/i
/** Narrower: what is written into the file itself is more often plain configuration. */
const secretSetting =
  /^(?:.*[_-])?(?:token|secret|password|passwd|passphrase|authorization|api[_-]?key|private[_-]?key|cookie)$/i

/** Shorter ones cannot be told from ordinary text, and hiding them would hide everything. */
const shortest = 4
const ordinary = new Set([
  'true',
  'false',
  'none',
  'null',
  'auto',
  'default',
  'disabled',
  'enabled',
])

/** The shell's working directories only look like passwords. */
const shellPlace = /^(?:OLD)?PWD$/

const isSecretName = (name: string): boolean =>
  secretName.test(name) && !placeName.test(name) && !shellPlace.test(name)
export const isSecretSetting = (key: string): boolean => secretSetting.test(key)

/** A whole value that is secret: itself, and the lines of a key in many lines. */
export function secretsOf(value: string): readonly string[] {
  const lines = value.includes('\n') ? value.split(/\r?\n/) : []
  const telling = lines.filter((line) => line.length >= 16 && !line.startsWith('-----'))
  const bearer = /^(?:Bearer|Basic|Token)\s+(\S+)$/i.exec(value)?.[1] ?? ''
  return worthHiding([value, ...telling, bearer])
}

/** Schemes in whose addresses a user name that stands alone is no key of an API. */
const withAccounts = /^(?:ssh|sftp|postgres|postgresql):/i

/** The secret parts of a value that is a URL: password, a user name that stands alone, keys in the query. */
export function secretsInUrl(value: string): readonly string[] {
  const url = /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value) ? URL.parse(value) : null
  if (url === null) return []
  const [user = '', password = ''] = (/^[^:]+:\/\/([^/?#]*)@/.exec(value)?.[1] ?? '').split(
    /:(.*)/s,
  )
  const alone = withAccounts.test(value) ? [] : [user, url.username]
  const inside = password === '' ? alone : [password, url.password]
  for (const [name, word] of url.searchParams) if (isSecretName(name)) inside.push(word)
  return worthHiding(inside.flatMap((word) => [word, decoded(word)]))
}

/** Everything secret in an environment. */
export const secretsInEnv = (
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] => Object.entries(env).flatMap(([name, value = '']) => secretsIn(name, value))

/** What is secret about the value of one variable. */
export const secretsIn = (name: string, value: string): readonly string[] => [
  ...(isSecretName(name) ? secretsOf(value) : []),
  ...secretsInUrl(value),
]

/** The text with each secret replaced by `***`, longest first. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .toSorted((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}

/** True when a text gives away a secret or a piece of one. */
export function betrays(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => {
    for (let at = 0; at + shortest <= secret.length; at += 1)
      if (text.includes(secret.slice(at, at + shortest))) return true
    return false
  })
}

const worthHiding = (words: readonly string[]): readonly string[] => [
  ...new Set(words.filter((word) => word.length >= shortest && !ordinary.has(word.toLowerCase()))),
]

function decoded(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}
