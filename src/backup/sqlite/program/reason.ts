/**
 * Why it could not be done. gone: there is no file · alien: it is no database · damaged: it does not hold
 * together · locked: its owner lets nobody in · busy: it was written at all the while · full: no room ·
 * refused: the system does not let it be read · query: the question is wrong · other: in SQLite's words.
 */
export type Reason =
  | 'gone'
  | 'alien'
  | 'damaged'
  | 'locked'
  | 'busy'
  | 'full'
  | 'refused'
  | 'query'
  | 'other'

export interface Failed {
  readonly reason: Reason
  readonly words: string
}

/** Thrown where the reason is known. */
export class KnownFailure extends Error {
  readonly reason: Reason

  constructor(reason: Reason, words: string) {
    super(words)
    this.reason = reason
  }
}

/** https://sqlite.org/rescode.html, and what Node calls the system's errors. */
const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/^ENOENT$/, 'gone'],
  [/^SQLITE_NOTADB$/, 'alien'],
  [/^SQLITE_CORRUPT/, 'damaged'],
  [/^SQLITE_(?:BUSY|LOCKED)/, 'locked'],
  [/^(?:SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)$/, 'full'],
  [/^(?:SQLITE_(?:CANTOPEN|PERM|AUTH|READONLY|IOERR)|EACCES|EPERM|EISDIR|EIO)/, 'refused'],
]

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

export function reasonOf(thrown: unknown): Failed {
  const words = thrown instanceof Error ? thrown.message : String(thrown)
  if (thrown instanceof KnownFailure) return { reason: thrown.reason, words }
  const code = codeOf(thrown)
  return { reason: reasons.find(([pattern]) => pattern.test(code))?.[1] ?? 'other', words }
}
