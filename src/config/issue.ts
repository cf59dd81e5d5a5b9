/** One thing that is wrong with the configuration. */
export interface Issue {
  readonly file: string
  /** From 1; 0 where there is no line to point at, as for an environment variable. */
  readonly line: number
  readonly col: number
  /** What is wrong, what was expected; one line, never a secret. */
  readonly message: string
}

/** `FILE:LINE:COL: what is wrong, what was expected`. */
export function formatIssue({ file, line, col, message }: Issue): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${col}: ${message}`
}

/** In the order of the file, each said once. */
export function inOrder(issues: readonly Issue[]): readonly Issue[] {
  const once = new Map(issues.map((issue) => [formatIssue(issue), issue]))
  return [...once.values()].toSorted((a, b) => a.line - b.line || a.col - b.col)
}
