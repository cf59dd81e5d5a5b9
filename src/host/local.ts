import { homedir } from 'node:os'
import type { Clock } from '../contract/clock.ts'
import type { Host } from '../contract/host.ts'
import { childEnvironment } from './environment.ts'
import { createFiles } from './files.ts'
import { createGuard } from './guard.ts'
import { createLinuxFacts } from './linux.ts'
import { createPortableFacts } from './portable.ts'
import { createRun } from './run.ts'

export interface LocalSettings {
  readonly clock: Clock
  /** Applied to the output of every command. */
  readonly redact?: (text: string) => string
  /** Where the few variables that children get come from; default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** The directory in which `proc`, `sys` and `dev` lie; default: the machine's own. */
  readonly root?: string
}

/** This machine as a host. Its facts are read when they are asked for; nothing runs in between. */
export function createLocalHost(name: string, settings: LocalSettings): Host {
  const { clock, redact = (text) => text, environment = process.env, root = '' } = settings
  const guard = createGuard(clock)
  const run = createRun({ clock, redact, environment: childEnvironment(environment) })
  const facts =
    process.platform === 'linux'
      ? createLinuxFacts({ guard, run, root })
      : createPortableFacts(guard, clock)
  const files = createFiles(guard, environment['HOME'] ?? homedir(), `${root}/proc/self/mountinfo`)
  return Object.freeze({ name, local: true, ...facts, run, files })
}
