import { join } from 'node:path'
import type { DeployConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { checkedRepo, createClone } from './clone.ts'
import { refuseUnfit } from './fitness.ts'
import { GitError } from './git-error.ts'
import { createGit } from './git.ts'
import type { Git, GitSettings } from './git.ts'
import { pathsOf } from './paths.ts'
import { findRef, parseRefs, quoted, refFormat } from './refs.ts'
import type { Ref } from './refs.ts'
import { createTools } from './tools.ts'

/** A commit, as it is shown before it is deployed. */
export interface Commit {
  /** All 40 digits. */
  readonly id: string
  /** Its first 7. */
  readonly short: string
  /** What it was asked for as: a branch, a tag, or the short id. */
  readonly ref: string
  readonly author: string
  /** The first line of its message. */
  readonly subject: string
  /** When it was committed, epoch milliseconds. */
  readonly at: number
}

/** What lies between two commits. */
export interface Difference {
  /** Those that only the new one has. */
  readonly commits: number
  /** Files that differ. */
  readonly files: number
  /** Those that only the old one has: more than 0 when history goes back, or was rewritten. */
  readonly back: number
}

/** The repository of a service, as a bare clone on the service's host. */
export interface Source {
  /** Brings the clone up to date: makes it where there is none, and anew where it is broken. */
  refresh(): Promise<void>
  /**
   * The commit of a branch, a tag or a commit id of 7 digits or more; default: the configured branch.
   *
   * @throws OperatorError when there is none, or it cannot be deployed: submodules, Git LFS
   */
  resolve(ref?: string): Promise<Commit>
  /** Of ids or the first digits of one. Null when the clone does not have one of them any more. */
  since(from: string, to: string): Promise<Difference | null>
  /** The commit that a directory with a .git of its own is at; null where there is none. */
  at(directory: string): Promise<string | null>
  /** The files of a commit, without .git, in a directory that does not exist yet. */
  checkout(commit: string, directory: string): Promise<void>
  /** A clone of the clone, with .git, in a directory that does not exist yet. */
  scratch(commit: string, directory: string): Promise<void>
}

/** Enough for a hundred thousand branches or files. */
const keep = 16 * 1024 * 1024

const commitId = (id: string): string => {
  if (/^[0-9a-f]{40}$/.test(id)) return id
  throw new OperatorError(`${quoted(id)} is no commit id`)
}

/** Fields are apart by NUL, the first line is rev-list's own: git-rev-list(1), pretty formats. */
const factFormat = '--format=%H%x00%ct%x00%an%x00%s'

function factsOf(out: string, ref: string): Commit {
  const [id = '', seconds = '', author = '', subject = ''] = out
    .slice(out.indexOf('\n') + 1)
    .trimEnd()
    .split('\0')
  const short = commitId(id).slice(0, 7)
  return { id, short, ref, author, subject: subject.slice(0, 300), at: Number(seconds) * 1000 }
}

/** The ids of all commits that begin with these digits, tags led back to theirs. */
async function commitsFrom(git: Git, digits: string): Promise<readonly string[]> {
  if (!/^[0-9a-f]{7,40}$/.test(digits)) throw new OperatorError(`${quoted(digits)} is no commit id`)
  const found = await git.ask(['rev-parse', `--disambiguate=${digits}`])
  const ids = found.split('\n').filter((id) => /^[0-9a-f]{40}$/.test(id))
  if (ids.length === 0) return []
  const input = ids.map((id) => `${id}^{commit}\n`).join('')
  const out = await git.ask(['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input })
  const commits = out.matchAll(/^([0-9a-f]{40}) commit$/gm)
  return [...new Set([...commits].map(([, id = '']) => id))]
}

/** The repository of a service's `deploy`, on the service's host. */
export function createSource(
  settings: GitSettings,
  deploy: Pick<DeployConfig, 'repo' | 'branch' | 'path'>,
  service: string,
): Source {
  const { host, signal } = settings
  const paths = pathsOf(deploy.path)
  const tools = createTools(host, signal)
  const git = createGit(settings, service, deploy.path)
  const clone = createClone(settings, {
    git,
    tools,
    paths,
    root: deploy.path,
    repo: checkedRepo(deploy.repo),
  })
  const inside: Git = {
    ask: (args, options) => watched(git.ask([`--git-dir=${paths.repo}`, ...args], options)),
    work: (args, options) => watched(git.work([`--git-dir=${paths.repo}`, ...args], options)),
  }

  /** A clone that is found damaged is looked through at the next refresh. */
  async function watched<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (thrown) {
      if (thrown instanceof GitError && thrown.trouble === 'damaged')
        await clone.suspect().catch(() => {})
      throw thrown
    }
  }

  const unknown = (ref: string, nearest: readonly string[]): OperatorError =>
    new OperatorError(
      `there is no branch, tag or commit ${quoted(ref)} in ${service}`,
      nearest.length > 0 ? `Did you mean ${nearest.map(quoted).join(', ')}?` : undefined,
    )

  const several = (ref: string, ids: readonly string[]): OperatorError =>
    new OperatorError(
      `${quoted(ref)} is the beginning of ${ids.length} commits in ${service}`,
      `Give more digits: ${ids
        .slice(0, 5)
        .map((id) => id.slice(0, 12))
        .join(', ')}.`,
    )

  /** The id of the one commit that is meant. */
  async function idOf(refs: readonly Ref[], ref: string): Promise<readonly [string, string]> {
    const found = findRef(refs, ref)
    if (found.kind === 'none') throw unknown(ref, found.nearest)
    if (found.kind === 'two')
      throw new OperatorError(
        `${quoted(ref)} is both a branch and a tag in ${service}`,
        `Say which: ${found.refs.map(({ full }) => full).join(' or ')}.`,
      )
    const digits = found.kind === 'ref' ? found.ref.id : found.digits
    const [id, ...others] = await commitsFrom(inside, digits)
    if (id === undefined) throw unknown(ref, [])
    if (others.length > 0) throw several(ref, [id, ...others])
    return [id, found.kind === 'ref' ? found.ref.name : id.slice(0, 7)]
  }

  /** A tag of the same name, which more people may set, does not take the place of the branch. */
  const configured = (refs: readonly Ref[]): string =>
    refs.find(({ full }) => full === `refs/heads/${deploy.branch}`)?.full ?? deploy.branch

  const count = async (from: string, to: string): Promise<number> =>
    Number(await inside.ask(['rev-list', '--count', `${from}..${to}`, '--']))

  return {
    refresh: clone.refresh,
    async resolve(ref = deploy.branch) {
      const listed = ['for-each-ref', `--format=${refFormat}`, 'refs/heads', 'refs/tags']
      const refs = parseRefs(await inside.ask(listed, { keep }))
      const [id, name] = await idOf(refs, ref === deploy.branch ? configured(refs) : ref)
      await refuseUnfit(inside, id, service)
      const about = ['rev-list', '--max-count=1', '--encoding=UTF-8', factFormat, id, '--']
      return factsOf(await inside.ask(about), name)
    },
    async since(from, to) {
      const both = await Promise.all([from, to].map((digits) => commitsFrom(inside, digits)))
      const [[one, ...ones] = [], [other, ...others] = []] = both
      if (one === undefined || other === undefined || ones.length + others.length > 0) return null
      const changed = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', one, other, '--']
      const files = (await inside.ask(changed, { keep })).split('\0').length - 1
      return { commits: await count(one, other), files, back: await count(other, one) }
    },
    async at(directory) {
      const there = join(directory, '.git')
      if ((await host.files.look(there)) === null) return null
      const asked = [`--git-dir=${there}`, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}']
      const said = (await git.ask(asked, { also: [1, 128] })).trim()
      return /^[0-9a-f]{40}$/.test(said) ? said : null
    },
    async checkout(commit, directory) {
      const id = commitId(commit)
      await tools.run(['mkdir', '--', directory])
      // In the directory itself, so that a crash leaves nothing elsewhere.
      const index = join(directory, `.git-index-${id}`)
      const tree = [`--work-tree=${directory}`, 'read-tree', '--reset', '-u', id]
      await inside.work(tree, { env: { GIT_INDEX_FILE: index } })
      await tools.run(['rm', '-f', '--', index])
    },
    async scratch(commit, directory) {
      const id = commitId(commit)
      const from = ['clone', '--local', '--no-checkout', '--template=', '--quiet']
      await watched(git.work([...from, '--', paths.repo, directory]))
      const there = [`--git-dir=${join(directory, '.git')}`, `--work-tree=${directory}`]
      await watched(git.work([...there, 'checkout', '--quiet', '--detach', id, '--']))
    },
  }
}
