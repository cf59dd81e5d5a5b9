import { join } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import { GitError } from './git-error.ts'
import type { GitTrouble } from './git-error.ts'
import { type Git, type GitSettings, withoutLogins } from './git.ts'
import type { Paths } from './paths.ts'
import type { Tools } from './tools.ts'
import { inTurn } from './turns.ts'

/** Everything but branches and tags stays where it is: pull requests, notes, replacements. */
const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'] as const

/** Where the clone says which repository it is of. */
const key = 'mechanic.repo'

/** There while git works in the clone: found at the start of a run, the one before was cut short. */
const mark = 'mechanic-unclean'

/** Where a clone is made, and where a broken one goes: below scratch/, so that a sweep finds them. */
export const cloneScratch = ['clone', 'clone-old'] as const

/** Ends of git in which it has cleaned up after itself. */
const orderly: readonly GitTrouble[] = [
  'missing',
  'login',
  'host-key',
  'not-found',
  'network',
  'owner',
]

/** What a git that was killed leaves behind: gitrepository-layout(5), index-pack.c, tmp-objdir.c. */
const leftover =
  /(?:\.lock|\/objects\/(?:pack|[0-9a-f]{2})\/(?:\.?tmp[-_][^/]*|pack-[^/]*\.keep)|\/objects\/(?:tmp_objdir|incoming)-.*|\/gc\.pid)$/

export const isLeftover = (path: string): boolean => leftover.test(path)

/** @throws OperatorError for an address that is neither absolute nor one of a server */
export function checkedRepo(repo: string): string {
  const scp = /^[^/]+:/.test(repo)
  const url = /^(?:https?|ssh|git|file):\/\//i.test(repo)
  const helper = /^[\w+.-]*::/.test(repo)
  const odd = repo.startsWith('-') || helper || (repo.includes('://') && !url)
  // oxlint-disable-next-line no-control-regex -- an address has none
  if (odd || /[\u0000-\u001f]/.test(repo) || (!repo.startsWith('/') && !scp && !url))
    throw new OperatorError(
      `${withoutLogins(repo).slice(0, 200)} is no address of a git repository`,
      'Give an absolute path, or an address of ssh:// or https://.',
    )
  return repo
}

/** What a clone that was just begun says of damage is about what it is cloned from. */
const atItsOrigin = ({ message }: GitError): GitError =>
  new GitError(
    'failed',
    message.replace('the clone is damaged', 'the repository itself is damaged'),
    'Look at it with git fsck, where it is kept.',
  )

export interface Clone {
  /** Brings it up to date; makes it where there is none, or anew where it is broken or of another. */
  refresh(): Promise<void>
  /** To be looked through before it is used again: something in it was found damaged. */
  suspect(): Promise<void>
}

/** The bare clone of a repository on a host, kept warm from deploy to deploy. */
export function createClone(
  { host, signal, redact }: Pick<GitSettings, 'host' | 'signal' | 'redact'>,
  { git, tools, paths, root, repo }: CloneParts,
): Clone {
  const files = host.files
  // What git says of its config is redacted too, so that the two can be compared.
  const of = withoutLogins(redact(repo))
  const [fresh, old] = cloneScratch.map((name) => join(paths.scratches, name)) as [string, string]
  const marked = join(paths.repo, mark)

  const fetch = (directory: string): Promise<void> =>
    git.work([
      `--git-dir=${directory}`,
      'fetch',
      '--prune',
      '--no-tags',
      '--force',
      '--no-recurse-submodules',
      // Of a repository that is itself shallow, all refs would be left out silently.
      '--update-shallow',
      '--',
      repo,
      ...refspecs,
    ])

  /**
   * Whether git takes the clone for a repository. It only asks who owns one that it finds by itself, so
   * it has to find this one: git-config(1), safe.directory.
   */
  async function found(): Promise<boolean> {
    try {
      const there = ['-C', paths.repo, '-c', 'safe.bareRepository=all']
      await git.ask([...there, 'rev-parse', '--git-dir'], {
        env: { GIT_CEILING_DIRECTORIES: root },
      })
      return true
    } catch (thrown) {
      if (thrown instanceof GitError && thrown.trouble === 'damaged') return false
      throw thrown
    }
  }

  /** Which repository the clone is of; empty when there is none, or it does not say. */
  async function known(): Promise<string> {
    if ((await files.look(paths.repo)) === null || !(await found())) return ''
    const config = join(paths.repo, 'config')
    const asked = ['config', '--file', config, '--get', key]
    return (await git.ask(asked, { also: [1, 3, 128] })).trim()
  }

  async function makeFresh(): Promise<void> {
    // An empty template: none of the machine's own hooks and settings.
    await git.ask(['-c', 'init.defaultBranch=main', 'init', '--bare', '--template=', '--', fresh])
    await fetch(fresh)
    await git.ask(['config', '--file', join(fresh, 'config'), key, of])
  }

  async function make(): Promise<void> {
    await tools.makeDirectories(root, [paths.scratches])
    for (const path of [fresh, old]) await tools.removeTree(root, path)
    try {
      await makeFresh()
    } catch (thrown) {
      // What cannot be removed now is left to the next sweep: the first error says more.
      await tools.removeTree(root, fresh).catch(() => {})
      throw thrown instanceof GitError && thrown.trouble === 'damaged'
        ? atItsOrigin(thrown)
        : thrown
    }
    if ((await files.look(paths.repo)) !== null)
      await tools.run(['mv', '-T', '--', paths.repo, old])
    await tools.run(['mv', '-T', '--', fresh, paths.repo])
    await tools.removeTree(root, old)
  }

  /** Removes what dead gits left, unless one is still alive. */
  async function clean(): Promise<void> {
    const found = (await files.walk(paths.repo)).map(({ path }) => path).filter(isLeftover)
    if (found.length === 0) return
    const ours = `--git-dir=${paths.repo} `
    const alive = (await host.processes()).find(
      ({ command, state }) => state !== 'Z' && /^\S*git /.test(command) && command.includes(ours),
    )
    if (alive !== undefined)
      throw new GitError(
        'busy',
        `Another git is still at work in ${paths.repo} on ${host.name}: process ${alive.pid}`,
        `Wait until it has ended, or end it: kill ${alive.pid}.`,
      )
    // The deepest first: rm -d takes only empty directories.
    const deepest = found.toSorted((a, b) => b.length - a.length)
    for (let at = 0; at < deepest.length; at += 200)
      await tools.run(['rm', '-fd', '--', ...deepest.slice(at, at + 200)])
  }

  /** Whether the clone is whole. It is only looked through when the last git in it was cut short. */
  async function sound(): Promise<boolean> {
    if ((await files.look(marked)) === null) return true
    await clean()
    try {
      await git.ask([`--git-dir=${paths.repo}`, 'fsck', '--full', '--no-dangling', '--no-progress'])
      return true
    } catch (thrown) {
      const gone = ['stopped', 'missing', 'owner', 'full']
      if (!(thrown instanceof GitError) || gone.includes(thrown.trouble)) throw thrown
      return false
    }
  }

  const unmark = (): Promise<string> => tools.run(['rm', '-f', '--', marked])

  /** Housekeeping, when there is enough of it to do: git-gc(1), `--auto`. A deploy does not fail for it. */
  async function tidy(): Promise<void> {
    const here = ['-c', 'gc.auto=6700', '-c', 'gc.autoDetach=false', `--git-dir=${paths.repo}`]
    try {
      await git.ask([...here, 'gc', '--auto', '--quiet'])
    } catch (thrown) {
      if (signal.aborted || !(thrown instanceof GitError)) throw thrown
    }
  }

  async function update(): Promise<void> {
    await tools.run(['touch', '--', marked])
    try {
      await fetch(paths.repo)
    } catch (thrown) {
      if (!(thrown instanceof GitError)) throw thrown
      if (thrown.trouble === 'damaged') return make()
      if (orderly.includes(thrown.trouble)) await unmark()
      throw thrown
    }
    await tidy()
    await unmark()
  }

  return {
    refresh: () =>
      inTurn(`${host.name} ${paths.repo}`, async () => {
        if ((await known()) === of && (await sound())) await update()
        else await make()
      }),
    suspect: async () => void (await tools.run(['touch', '--', marked])),
  }
}

interface CloneParts {
  readonly git: Git
  readonly tools: Tools
  readonly paths: Paths
  /** The deploy path. */
  readonly root: string
  readonly repo: string
}
