import { createRestic, type Restic } from '../../backup/restic/restic.ts'
import type { Tool } from '../../backup/tool.ts'
import type { BackupConfig } from '../../config/types.ts'
import type { StepContext } from '../../flow/jobs/kind.ts'

/**
 * Jobs that are about one backup, and the question before one; each has places of its own, so that
 * none ends what another runs.
 */
export type BackupJob = 'backup' | 'verify' | 'drill' | 'unlock' | 'restore' | 'asking'

export type Context = Pick<
  StepContext<object>,
  'backup' | 'host' | 'signal' | 'say' | 'progress' | 'scratch' | 'pause' | 'now' | 'redact'
>

/** A backup with all that its jobs work with. */
export interface Reach {
  readonly config: BackupConfig
  readonly tool: Tool
  readonly restic: Restic
  /** Absolute: where copies and restored data lie, only while the job runs. */
  readonly scratch: string
  /** Absolute: restic's cache, by which its processes are known. */
  readonly cache: string
}

/** What a job has before its first step: nobody listens to what is said. */
type Around = Omit<Context, 'say' | 'progress' | 'pause'> & Partial<Pick<Context, 'say' | 'pause'>>

/** @throws OperatorError when it or its host is not configured any more */
export function reachOf(name: string, job: BackupJob, context: Around): Reach {
  const config = context.backup(name)
  const { repository: url, password, env, host } = config
  const { signal, pause: wait } = context
  const tool = {
    host: context.host(host),
    signal,
    say: (text: string) => context.say?.(context.redact(text)),
  }
  const cache = context.scratch(`cache/${name}/${job}`)
  // restic looks at the signal itself, and says what was left undone.
  const pause = wait && ((ms: number): Promise<void> => wait(ms).catch(() => undefined))
  return {
    config,
    tool,
    restic: createRestic({ name, url, password, env, cache }, tool, pause),
    scratch: context.scratch(`${job}-${name}`),
    cache,
  }
}
