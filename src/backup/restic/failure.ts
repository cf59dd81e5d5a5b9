import { stripVTControlCharacters } from 'node:util'
import type { ResticFailure } from './types.ts'

/** Exit codes that say what is wrong: restic ≥ 0.17, doc/075_scripting. */
const byCode: Readonly<Record<number, ResticFailure>> = {
  10: 'missing',
  11: 'locked',
  12: 'password',
}

/**
 * What all versions say in words; the first that fits. Networks come before damage, because a check
 * that could not read a part calls the repository faulty as well.
 */
const byWords: readonly (readonly [ResticFailure, RegExp])[] = [
  ['locked', /repository is already locked/i],
  ['password', /wrong password or no key found/i],
  [
    'full',
    /no space left on device|disk quota exceeded|insufficient storage|storage ?full|quota ?exceeded|file too large/i,
  ],
  [
    'damaged',
    /ciphertext verification failed|(?:pack id|hash|checksum) (?:does not|doesn't) match|invalid data returned|slice bounds out of range|(?:<data\/|pack )[0-9a-f]{6,}>?:? .*(?:no such file|does not exist|not found)/i,
  ],
  ['missing', /^Fatal: repository does not exist/im],
  [
    'missing',
    /(?:no such file or directory|does not exist|key does not exist|NoSuchBucket|404 Not Found).*\nIs there a repository at the following location/i,
  ],
  [
    'refused',
    /40[13] (?:forbidden|unauthorized)|access ?denied|InvalidAccessKeyId|access key id you provided|signature we calculated|SignatureDoesNotMatch|permission denied|read-only file system|operation not permitted|host key verification failed/i,
  ],
  [
    'away',
    /connection (?:refused|reset|timed out|closed)|i\/o timeout|no such host|could not resolve|name or service not known|name resolution|network is unreachable|no route to host|unable to start the sftp session|handshake timeout|50[234] (?:bad gateway|service unavailable|gateway timeout)|server misbehaving|deadline exceeded|stale (?:nfs )?file handle|broken pipe|unexpected eof|: EOF$/im,
  ],
  ['damaged', /repository contains errors|not found in (?:the )?(?:repository|index)/i],
]

/** Where in restic's own code it was, as Go writes it; and that it was asked to end. */
const isTrace = (line: string): boolean =>
  /^\s*(?:github\.com\/|golang\.org\/|main\.|runtime[./]|goroutine \d|signal \w+ received|\/.*\.go:\d)/.test(
    line,
  ) || line.startsWith('\t')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The words in a line of JSON, as restic ≥ 0.17 writes its errors; another line as it is. */
function worded(line: string): string {
  if (!line.startsWith('{')) return line
  try {
    const said: unknown = JSON.parse(line)
    if (!isRecord(said)) return line
    if (typeof said['message'] === 'string') return said['message']
    const { item, error } = said
    const why = isRecord(error) ? error['message'] : undefined
    return typeof item === 'string' && typeof why === 'string' ? `${item}: ${why}` : line
  } catch {
    return line
  }
}

/** What restic wrote, in lines, without traces. */
const linesOf = (text: string): readonly string[] =>
  stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '' && !isTrace(line))
    .flatMap((line) => worded(line).split('\n'))

/**
 * What restic could not do.
 *
 * @param code its exit code; null when a signal ended it
 * @param text all that it said in words
 */
export function failureOf(code: number | null, text: string): ResticFailure {
  const known = code === null ? undefined : byCode[code]
  if (known) return known
  const said = linesOf(text).join('\n')
  return byWords.find(([, words]) => words.test(said))?.[0] ?? 'other'
}

/** Characters that a phone shows at a glance. */
const longest = 300

/** Lines that say nothing of the cause. */
const isHint = (line: string): boolean =>
  /^(?:Is there a repository|the `unlock` command|storage ID|Fatal: There were \d+ errors|Fatal: repository contains errors)/.test(
    line,
  )

const plain = (line: string): string =>
  line
    .replace(/^(?:Fatal|panic|Error|subprocess ssh): /, '')
    .replace(/^\S+\(<[^>]*>\) returned error, retrying after [^:]*: /, '')
    .trim()

const isCause = (line: string): boolean => byWords.some(([, words]) => words.test(line))

/** Since when a repository is locked stands in a line of its own. */
const since = (lines: readonly string[], line: string): string => {
  const next = lines[lines.indexOf(line) + 1] ?? ''
  return next.startsWith('lock was created') ? `, ${next}` : ''
}

/** The words in it that say why, on one line. */
export function wordsOf(text: string): string {
  const all = linesOf(text)
  const lines = all.filter((line) => !isHint(line))
  const said =
    lines.find((line) => line.startsWith('subprocess ssh: ')) ??
    lines.findLast(isCause) ??
    lines.find((line) => line.startsWith('Fatal: ')) ??
    lines.at(-1) ??
    all.at(-1) ??
    ''
  const words = plain(said) + since(lines, said)
  return words.length > longest ? `${words.slice(0, longest - 1)}…` : words
}
