import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'

const program = fileURLToPath(new URL('./shop.ts', import.meta.url))
const gitMs = 15_000
/** The release that is there before the first deploy; named as deploys name theirs. */
const firstRelease = '20260101-000000-0000001'

/** A version of the shop that ends as soon as it is started. */
const brokenShop = `console.error('Error: this version of the shop has lost its till')
process.exit(1)
`

/** The git repository of the shop. */
export interface Source {
  readonly repo: string
  /** Commits the next version of the shop; returns its subject. */
  publish(broken: boolean): Promise<string>
}

/** Makes the release that the shop runs from at first, and the link `current` to it below `path`. */
export async function layRelease(path: string): Promise<void> {
  const first = join(path, 'releases', firstRelease)
  await mkdir(first, { recursive: true })
  await copyFile(program, join(first, 'shop.ts'))
  await writeFile(join(first, 'VERSION'), '1\n')
  await symlink(join('releases', firstRelease), join(path, 'current'))
}

/**
 * Makes a repository with one commit.
 *
 * @throws OperatorError where there is no git
 */
export async function openSource(host: Host, repo: string): Promise<Source> {
  let version = 1

  async function git(...args: readonly string[]): Promise<void> {
    const who = ['-c', 'user.name=Dana', '-c', 'user.email=dana@example.com']
    const options = ['-c', 'commit.gpgsign=false', '-c', 'core.hooksPath=/dev/null']
    const { code, err } = await host.run(['git', ...who, ...options, '-C', repo, ...args], {
      signal: AbortSignal.timeout(gitMs),
    })
    if (code !== 0) throw new OperatorError(`git ${args[0]} failed: ${err.trim()}`)
  }

  async function commit(subject: string): Promise<string> {
    await writeFile(join(repo, 'VERSION'), `${version}\n`)
    await git('add', '--all')
    await git('commit', '--quiet', '--message', subject)
    return subject
  }

  await mkdir(repo)
  await git('init', '--quiet', '--initial-branch=main')
  await copyFile(program, join(repo, 'shop.ts'))
  await commit('Open the shop')
  return {
    repo,
    async publish(broken) {
      version++
      const file = join(repo, 'shop.ts')
      if (broken) await writeFile(file, brokenShop)
      else await copyFile(program, file)
      return commit(
        broken ? `Take the till away (version ${version})` : `Sell more (version ${version})`,
      )
    },
  }
}
