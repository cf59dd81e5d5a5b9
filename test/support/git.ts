import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Host } from '../../src/contract/host.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { createSource } from '../../src/jobs/deploy/source.ts'
import type { Source } from '../../src/jobs/deploy/source.ts'

export const hasGit = spawnSync('git', ['--version']).status === 0
if (!hasGit) console.log('skipped: needs git (Debian: git)')

/** A repository with a work tree, as a developer has it. */
export interface Origin {
  readonly path: string
  git(...args: readonly string[]): string
  /** Commits a file; returns the commit's id. */
  commit(file: string, content: string, subject?: string): string
}

export function makeOrigin(path: string, home: string): Origin {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: path,
      env: {
        ...env,
        GIT_AUTHOR_NAME: 'Asha',
        GIT_AUTHOR_EMAIL: 'asha@example.com',
        GIT_COMMITTER_NAME: 'Asha',
        GIT_COMMITTER_EMAIL: 'asha@example.com',
      },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  mkdirSync(path, { recursive: true })
  git('init', '--quiet', '--initial-branch=main')
  return {
    path,
    git,
    commit(file, content, subject = `Change ${file}`) {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), content)
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '-m', subject)
      return git('rev-parse', 'HEAD')
    },
  }
}

export interface GitPlace {
  readonly home: string
  /** The deploy path. */
  readonly root: string
  readonly origin: Origin
  readonly host: Host
  readonly source: Source
  /** Another view of the same clone. */
  sourceOf(repo: string, signal?: AbortSignal, host?: Host): Source
}

/** A host with a home of its own, a repository with one commit, and a place to deploy it to. */
export function gitPlace(): GitPlace {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'git-')))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const root = join(home, 'srv', 'web')
  const origin = makeOrigin(join(home, 'origin'), home)
  origin.commit('index.js', 'one', 'Say one')
  const host = createLocalHost('main', {
    clock: systemClock,
    environment: { PATH: process.env['PATH'], HOME: home },
  })
  const sourceOf = (repo: string, signal = AbortSignal.timeout(60_000), on = host): Source =>
    createSource(
      { host: on, signal, redact: (text) => text },
      { repo, branch: 'main', path: root },
      'web',
    )
  return { home, root, origin, host, source: sourceOf(origin.path), sourceOf }
}
