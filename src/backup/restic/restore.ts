import type { Driver } from './driver.ts'
import { ResticError } from './error.ts'
import { progressIn } from './progress.ts'
import type { Progress } from './types.ts'

export interface RestoreOptions {
  /** Absolute paths, with all that lies below them; default: everything. */
  readonly include?: readonly string[]
  /** Every file is read again afterwards. */
  readonly verify?: boolean
  /** Called by restic ≥ 0.17 alone: older ones do not say how far they are. */
  readonly onProgress?: (progress: Progress) => void
}

/** restic takes patterns, where these mean something: path.Match of Go. */
const literal = (path: string): string => path.replace(/[\\*?[]/g, String.raw`\$&`)

/** A lock keeps others from removing what is read; where nothing may be written, nobody can. */
export async function restore(
  { invoke }: Driver,
  snapshot: string,
  target: string,
  { include = [], verify = false, onProgress }: RestoreOptions,
): Promise<void> {
  const only = include.flatMap((path) => ['--include', literal(path)])
  const after = verify ? ['--verify'] : []
  const attempt = (...lock: readonly string[]) =>
    invoke({
      doing: 'The restore',
      args: ['restore', '--json', '--target', target, ...lock, ...after, ...only, snapshot],
      onOutput: (text) => {
        const progress = onProgress && progressIn(text)
        if (progress) onProgress(progress)
      },
    })
  try {
    await attempt()
  } catch (error) {
    if (!(error instanceof ResticError) || error.failure !== 'refused') throw error
    await attempt('--no-lock')
  }
}
