import type { Host, RunResult } from '../../contract/host.ts'
import { explain, GitError } from './git-error.ts'

export interface GitSettings {
  readonly host: Host
  readonly signal: AbortSignal
  readonly redact: (text: string) => string
  /** Told what takes long, and what git wrote of it: a job's own output (StepContext.say). */
  readonly say?: (text: string) => void
}

export interface GitOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Bytes of output kept. */
  readonly keep?: number
  /** Exit codes that are an answer too. */
  readonly also?: readonly number[]
}

export interface Git {
  /** A short question; what it wrote. @throws GitError unless git ends with 0 */
  ask(args: readonly string[], options?: GitOptions): Promise<string>
  /** Long work, told in the job's output. @throws GitError unless git ends with 0 */
  work(args: readonly string[], options?: GitOptions): Promise<void>
}

/**
 * Nobody is there to answer a question, and what a repository or this user's settings name is not run.
 * git(1) has the variables, gitcredentials(7) in which order a password is asked for, ssh_config(5) what
 * BatchMode turns off. `false` says that no password is known; `true` would send an empty one.
 */
const environment = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: 'false',
  SSH_ASKPASS: 'false',
  SSH_ASKPASS_REQUIRE: 'never',
  GIT_SSH_COMMAND:
    'ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=3',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
}

/**
 * git-config(1). safe.directory stays as the operator has set it: a repository of somebody else could
 * run what it likes as this user, so that is theirs to allow.
 */
const settings = [
  // ext:: in an address is a command.
  'protocol.ext.allow=never',
  // githooks(5): no hook of any template or repository.
  'core.hooksPath=/dev/null',
  // A program that git would ask which files have changed.
  'core.fsmonitor=false',
  // No housekeeping in the background, which would outlive its step: it is done in its own time.
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'advice.detachedHead=false',
] as const

/** Addresses in a text, without the user and the password in them: what may be shown and stored. */
export const withoutLogins = (text: string): string =>
  text.replaceAll(/(https?:\/\/)[^/\s]*@/gi, '$1')

const firstWord = (args: readonly string[]): string =>
  args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? ''

interface RunOptions extends GitOptions {
  readonly told?: boolean
}

const linesOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.trim() !== '')

/** With less than this left, in bytes, whatever fails does so because the disk is full. */
const tooFull = 1024 * 1024

/**
 * Runs git on a host: words only, nobody asked, nothing of a repository run.
 *
 * @param about what the repository is of, for errors
 * @param place where git writes: it often fails on a full disk without saying so
 */
export function createGit(
  { host, signal, redact, say }: GitSettings,
  about: string,
  place: string,
): Git {
  const argv = (args: readonly string[]): readonly [string, ...string[]] => [
    'git',
    ...settings.flatMap((setting) => ['-c', setting]),
    ...args,
  ]
  const what = (args: readonly string[]): string =>
    `git ${firstWord(args)} of ${about} on ${host.name}`

  const clean = (text: string): string => withoutLogins(redact(text))

  async function explained(args: readonly string[], wrote: string): Promise<GitError> {
    const disk = await host.disk(place).catch(() => null)
    const full =
      disk !== null && (disk.available < tooFull || (disk.inodes > 0 && disk.inodesFree === 0))
    return explain(what(args), clean(full ? `${wrote}\nNo space left on device` : wrote))
  }

  async function run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { env, input, keep, also = [], told = false } = options
    if (told) say?.(`$ git ${clean(args.join(' '))}`)
    const result = await host.run(argv(args), {
      signal,
      env: { ...environment, ...env },
      ...(input !== undefined && { input }),
      ...(keep !== undefined && { keep }),
    })
    if (result.missing)
      throw new GitError('missing', `There is no git on ${host.name}`, 'Install the package git.')
    if (result.aborted) throw new GitError('stopped', `${what(args)} was stopped before its end`)
    if (told) for (const line of linesOf(clean(result.err))) say?.(line)
    if (result.code === 0 || (result.code !== null && also.includes(result.code))) return result
    if (result.code === null)
      throw new GitError('failed', `${what(args)} was ended by ${result.signal}`)
    throw await explained(args, result.err || result.out)
  }

  return {
    ask: async (args, options) => (await run(args, options)).out,
    work: async (args, options) => void (await run(args, { ...options, told: true })),
  }
}
