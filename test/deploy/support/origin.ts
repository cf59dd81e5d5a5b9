import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Mode, writeApp, writeRelease } from './app.ts'

/** A repository to deploy from, and hands to push to it. */
export interface Origin {
  /** Path of the bare repository. */
  readonly url: string
  /** Pushes a release to `main`. @returns its commit */
  push(version: string, mode?: Mode): string
  /** Pushes a commit that needs a submodule to a branch of its own. */
  submodule(branch: string): void
}

/** Nothing of this machine's configuration, and no question on a terminal. */
const env = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'Asha'],
      [`GIT_${who}_EMAIL`, 'asha@example.com'],
    ]),
  ),
}

/** A bare repository with one working release, in a directory that the test removes. */
export function createOrigin(folder: string): Origin {
  const bare = join(folder, 'origin.git')
  const work = join(folder, 'work')
  const run = (cwd: string, ...argv: readonly string[]): string =>
    execFileSync('git', argv, { cwd, env, stdio: 'pipe', timeout: 30_000 }).toString().trim()
  const git = (...argv: readonly string[]): string => run(work, ...argv)
  mkdirSync(work, { recursive: true })
  run(folder, 'init', '--quiet', '--bare', '--initial-branch=main', bare)
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', bare)
  writeApp(work, folder)

  return {
    url: bare,
    push(version, mode = 'works') {
      writeRelease(work, version, mode)
      git('add', '--all')
      git('commit', '--quiet', '--message', `Release ${version}: ${mode}`)
      git('push', '--quiet', 'origin', 'main')
      return git('rev-parse', 'HEAD')
    },
    submodule(branch) {
      git('checkout', '--quiet', '-b', branch)
      writeFileSync(join(work, '.gitmodules'), `[submodule "lib"]\n\tpath = lib\n\turl = ${bare}\n`)
      const head = git('rev-parse', 'HEAD')
      git('add', '.gitmodules')
      git('update-index', '--add', '--cacheinfo', `160000,${head},lib`)
      git('commit', '--quiet', '--message', 'Need a library')
      git('push', '--quiet', 'origin', branch)
      git('checkout', '--quiet', '--force', 'main')
    },
  }
}
