import { OperatorError } from '../../contract/error.ts'
import type { Git } from './git.ts'

const keep = 8 * 1024 * 1024
const most = 5

const list = (paths: readonly string[]): string =>
  paths.slice(0, most).join(', ') + (paths.length > most ? ` and ${paths.length - most} more` : '')

/** Entries that are commits of other repositories: mode 160000, git-fast-import(1). */
async function submodules(git: Git, id: string): Promise<readonly string[]> {
  // -d leaves out files, so that little is listed even of large trees.
  const out = await git.ask(['ls-tree', '-r', '-d', '-z', '--full-tree', id], { keep })
  return out.split('\0').flatMap((entry) => {
    const [, path] = /^160000 commit [0-9a-f]+\t(.+)$/s.exec(entry) ?? []
    return path === undefined ? [] : [path]
  })
}

/** The first line of a pointer: the Git LFS specification. */
const pointer = 'version https://git-lfs.github.com/spec/v1'

/** Files with these words in them; grep ends with 1 when there are none. */
async function filesWith(
  git: Git,
  id: string,
  words: string,
  where: readonly string[] = [],
): Promise<readonly string[]> {
  const asked = ['grep', '--no-color', '-l', '-z', '-F', '-e', words, id, '--', ...where]
  const out = await git.ask(asked, { keep, also: [1] })
  return out.split('\0').flatMap((path) => (path === '' ? [] : [path.slice(id.length + 1)]))
}

async function lfsFiles(git: Git, id: string): Promise<readonly string[]> {
  const attributes = await filesWith(git, id, 'filter=lfs', [':(glob)**/.gitattributes'])
  return attributes.length === 0 ? [] : filesWith(git, id, pointer)
}

/**
 * What a plain checkout would leave out is refused: a release would be built without it.
 *
 * @throws OperatorError that names the first paths
 */
export async function refuseUnfit(git: Git, id: string, service: string): Promise<void> {
  const short = id.slice(0, 7)
  const modules = await submodules(git, id)
  if (modules.length > 0)
    throw new OperatorError(
      `${service} ${short} has submodules, which are not deployed: ${list(modules)}`,
      'Make them packages, or part of the repository (git subtree).',
    )
  const large = await lfsFiles(git, id)
  if (large.length > 0)
    throw new OperatorError(
      `${service} ${short} has files in Git LFS, which are not deployed: ${list(large)}`,
      'Take them out of Git LFS, or fetch them in `build`.',
    )
}
