import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { checkedRepo, isLeftover } from '../../../src/jobs/deploy/clone.ts'
import { withoutLogins } from '../../../src/jobs/deploy/git.ts'
import { createSource } from '../../../src/jobs/deploy/source.ts'
import { gitPlace, hasGit } from '../../support/git.ts'
import type { GitPlace } from '../../support/git.ts'
import { tries } from '../../support/runs.ts'
import { listen } from '../../support/server.ts'

const fsck = (place: GitPlace): number | null =>
  spawnSync('git', ['--git-dir=repo.git', 'fsck', '--full', '--strict'], { cwd: place.root }).status

/** What lies about that does not belong to a clone at rest. */
const leftIn = ({ root }: GitPlace): readonly string[] => {
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return all.filter(
    (path) => isLeftover(join(root, path)) || /^scratch\/|mechanic-unclean/.test(path),
  )
}

const healthy = async (place: GitPlace): Promise<void> => {
  await place.source.refresh()
  expect(fsck(place)).toBe(0)
  expect(leftIn(place)).toEqual([])
  expect((await place.source.resolve()).id).toBe(place.origin.git('rev-parse', 'main'))
}

/** An ssh that runs the command here, and lets so many bytes of the answer through. */
function withSsh(place: GitPlace): {
  host: Host
  repo: string
  limit(bytes: number | 'all'): void
} {
  const bin = join(place.home, 'bin')
  mkdirSync(bin)
  const script = `#!/bin/sh
for command; do :; done
limit=$(cat "$HOME/limit")
[ "$limit" = all ] && exec sh -c "$command"
sh -c "$command" | { dd bs=1 "count=$limit" 2>/dev/null; touch "$HOME/stalled"; exec sleep 60; }
`
  writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 })
  return {
    host: createLocalHost('main', {
      clock: systemClock,
      environment: { PATH: `${bin}:${process.env['PATH']}`, HOME: place.home },
    }),
    repo: `ssh://git@nowhere.invalid${place.origin.path}`,
    limit: (bytes) => writeFileSync(join(place.home, 'limit'), String(bytes)),
  }
}

/** Cuts a file that git made read-only. */
const cut = (path: string, size: number): void => {
  chmodSync(path, 0o644)
  truncateSync(path, size)
}

/** Cuts every object and pack to so many bytes. */
const cutObjects = (repo: string, size: number): void => {
  const entries = readdirSync(join(repo, 'objects'), { recursive: true, withFileTypes: true })
  for (const entry of entries) if (entry.isFile()) cut(join(entry.parentPath, entry.name), size)
}

/** Kills -9 the git that fetches, and all it started. */
async function killGit(place: GitPlace): Promise<void> {
  const fetching = (await place.host.processes()).find(
    ({ command }) => command.startsWith('git ') && command.includes(`--git-dir=${place.root}/`),
  )
  if (fetching !== undefined) process.kill(-fetching.pid, 'SIGKILL')
}

describe.skipIf(!hasGit)('a clone', () => {
  test.each([0, 1, 500, 4000, 30_000])(
    'is whole after a git that was killed at byte %i of its first fetch, and of a later one',
    async (bytes) => {
      const place = gitPlace()
      const { host, repo, limit } = withSsh(place)
      const source = place.sourceOf(repo, undefined, host)
      place.origin.commit('big', randomBytes(100_000).toString('base64'))
      const cutShort = async (): Promise<void> => {
        rmSync(join(place.home, 'stalled'), { force: true })
        limit(bytes)
        const refreshing = source.refresh().catch((thrown: unknown) => thrown)
        await vi.waitFor(() => expect(existsSync(join(place.home, 'stalled'))).toBe(true), {
          timeout: 20_000,
          interval: 5,
        })
        await killGit(place)
        expect(await refreshing).toMatchObject({ message: expect.stringContaining('SIGKILL') })
      }
      await cutShort()
      expect(existsSync(join(place.root, 'repo.git'))).toBe(false)
      limit('all')
      await source.refresh()
      expect(leftIn(place)).toEqual([])
      place.origin.commit('big', randomBytes(100_000).toString('base64'))
      await cutShort()
      expect(leftIn(place)).not.toEqual([])
      limit('all')
      await source.refresh()
      expect(fsck(place)).toBe(0)
      expect(leftIn(place)).toEqual([])
      expect((await source.resolve()).subject).toBe('Change big')
    },
  )

  test('locks of a dead git are removed; a living one is left alone and told', async () => {
    const place = gitPlace()
    await place.source.refresh()
    const repo = join(place.root, 'repo.git')
    const leave = (): void => {
      for (const name of ['packed-refs.lock', 'refs/heads/main.lock', 'mechanic-unclean', 'gc.pid'])
        writeFileSync(join(repo, name), '')
      mkdirSync(join(repo, 'objects/tmp_objdir-incoming-x/aa'), { recursive: true })
      writeFileSync(join(repo, 'objects/tmp_objdir-incoming-x/aa/bb'), '')
      writeFileSync(join(repo, 'objects/pack/tmp_pack_x'), '')
    }
    leave()
    const processes = async () => {
      const [first] = await place.host.processes()
      if (first === undefined) throw new Error('no processes')
      return [{ ...first, pid: 4711, state: 'S', command: `git -c x --git-dir=${repo} fetch` }]
    }
    const busy = { ...place.host, processes }
    await expect(
      place.sourceOf(place.origin.path, undefined, busy).refresh(),
    ).rejects.toMatchObject({ trouble: 'busy', advice: expect.stringContaining('kill 4711') })
    expect(existsSync(join(repo, 'packed-refs.lock'))).toBe(true)
    await healthy(place)
  })

  test.each([
    ['an empty HEAD', (repo: string) => truncateSync(join(repo, 'HEAD'), 0)],
    ['an empty config', (repo: string) => truncateSync(join(repo, 'config'), 0)],
    ['a config that is no text', (repo: string) => writeFileSync(join(repo, 'config'), '\0[')],
    ['no objects', (repo: string) => rmSync(join(repo, 'objects'), { recursive: true })],
    ['nothing in it', (repo: string) => execFileSync('sh', ['-c', 'rm -rf "$1"/*', 'sh', repo])],
    ['empty objects and packs', (repo: string) => cutObjects(repo, 0)],
    ['refs to nowhere', (repo: string) => writeFileSync(join(repo, 'refs/heads/main'), '')],
  ])('with %s, left by a crash, is made anew', async (_, harm) => {
    const place = gitPlace()
    await place.source.refresh()
    const repo = join(place.root, 'repo.git')
    writeFileSync(join(repo, 'mechanic-unclean'), '')
    harm(repo)
    place.origin.commit('x', 'y')
    await healthy(place)
  })

  test('damage that is found when a commit is read is mended by the next refresh', async () => {
    const place = gitPlace()
    const id = place.origin.git('rev-parse', 'HEAD')
    await place.source.refresh()
    cutObjects(join(place.root, 'repo.git'), 5)
    await expect(place.source.checkout(id, join(place.root, 'a'))).rejects.toMatchObject({
      trouble: 'damaged',
      advice: 'Try again: the clone is made anew then.',
    })
    await healthy(place)
    await place.source.checkout(id, join(place.root, 'b'))
    expect(readdirSync(join(place.root, 'b'))).toEqual(['index.js'])
  })

  test('after a crash even damage is found that a fetch does not come upon', async () => {
    const place = gitPlace()
    const { origin, source, root } = place
    await source.refresh()
    const blob = origin.git('rev-parse', 'HEAD:index.js')
    cut(join(root, 'repo.git/objects', blob.slice(0, 2), blob.slice(2)), 5)
    writeFileSync(join(root, 'repo.git/mechanic-unclean'), '')
    await healthy(place)
    await source.checkout((await source.resolve()).id, join(root, 'a'))
    expect(readdirSync(join(root, 'a'))).toEqual(['index.js'])
  })

  test('damage of the repository itself is told as that, and the clone stays', async () => {
    const place = gitPlace()
    await place.source.refresh()
    const id = place.origin.commit('x', 'y')
    cutObjects(join(place.origin.path, '.git'), 5)
    await expect(place.source.refresh()).rejects.toMatchObject({
      message: expect.stringContaining('the repository itself is damaged'),
      advice: 'Look at it with git fsck, where it is kept.',
    })
    expect((await place.source.resolve()).subject).toBe('Say one')
    await expect(place.source.resolve(id)).rejects.toThrow('there is no branch')
    expect(readdirSync(join(place.root, 'scratch'))).toEqual([])
  })

  test('an address with a secret in it is still known at the next refresh', async () => {
    const place = gitPlace()
    const redact = (text: string): string => text.replaceAll('origin', '***')
    const host = createLocalHost('main', {
      clock: systemClock,
      redact,
      environment: { PATH: process.env['PATH'], HOME: place.home },
    })
    const deploy = { repo: place.origin.path, branch: 'main', path: place.root }
    const signal = AbortSignal.timeout(30_000)
    const source = createSource({ host, signal, redact }, deploy, 'web')
    await source.refresh()
    writeFileSync(join(place.root, 'repo.git/still-the-same'), '')
    await source.refresh()
    expect(existsSync(join(place.root, 'repo.git/still-the-same'))).toBe(true)
  })

  test('two at once take turns', async () => {
    const place = gitPlace()
    const other = place.sourceOf(place.origin.path)
    await Promise.all([place.source.refresh(), other.refresh(), place.source.refresh()])
    await healthy(place)
  })

  test('a fetch that is called off says so, and the next one is whole', async () => {
    const place = gitPlace()
    await place.source.refresh()
    const called = new AbortController()
    called.abort()
    await expect(place.sourceOf(place.origin.path, called.signal).refresh()).rejects.toThrow(
      'was stopped before its end',
    )
    await healthy(place)
  })

  test('a repository that asks for a password is told, at once', async () => {
    const place = gitPlace()
    let asked = 0
    const server = await listen(
      createServer((_, response) => {
        asked += 1
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
      }),
    )
    onTestFinished(() => server.close())
    const secret = `http://bot:s3cretpass@127.0.0.1:${server.port}/web.git`
    for (const repo of [`http://127.0.0.1:${server.port}/web.git`, secret]) {
      const error = await place
        .sourceOf(repo)
        .refresh()
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        trouble: 'login',
        advice: expect.stringContaining('deploy key'),
      })
      expect(String(error)).not.toContain('s3cretpass')
    }
    expect(asked).toBeGreaterThan(0)
    expect(readdirSync(join(place.root, 'scratch'))).toEqual([])
    expect(existsSync(join(place.root, 'repo.git'))).toBe(false)
  })

  test.each([
    [404, 'not-found'],
    [403, 'login'],
    [503, 'network'],
  ])('an answer %i of a server is %s', async (status, trouble) => {
    const place = gitPlace()
    const server = await listen(createServer((_, response) => response.writeHead(status).end()))
    onTestFinished(() => server.close())
    const source = place.sourceOf(`http://127.0.0.1:${server.port}/web.git`)
    await expect(source.refresh()).rejects.toMatchObject({ trouble })
  })

  test('servers that are away, paths that are none, and addresses that are commands', async () => {
    const place = gitPlace()
    const refresh = (repo: string): Promise<void> => place.sourceOf(repo).refresh()
    for (const repo of ['http://127.0.0.1:1/web.git', 'http://nowhere.invalid/web.git'])
      await expect(refresh(repo)).rejects.toMatchObject({ trouble: 'network' })
    await expect(refresh(join(place.home, 'nothing'))).rejects.toMatchObject({
      trouble: 'not-found',
    })
    for (const repo of [
      `ext::touch ${place.home}/owned`,
      '-x',
      '--upload-pack=id',
      '-oProxyCommand=id:x',
      'web.git',
      '~/x',
    ])
      expect(() => place.sourceOf(repo)).toThrow('is no address of a git repository')
    expect(existsSync(join(place.home, 'owned'))).toBe(false)
    expect(existsSync(join(place.root, 'repo.git'))).toBe(false)
  })

  test.skipIf(spawnSync('ssh', ['-V']).status !== 0)('an ssh address to nowhere', async () => {
    const place = gitPlace()
    await expect(
      place.sourceOf('ssh://git@127.0.0.1:1/acme/web.git').refresh(),
    ).rejects.toMatchObject({ trouble: 'network' })
  })

  test('where there is no git, what to install is said', async () => {
    const place = gitPlace()
    const bin = join(place.home, 'bin')
    mkdirSync(bin)
    for (const tool of ['mkdir', 'mv', 'rm', 'touch'])
      execFileSync('ln', ['-s', realpathSync(`/bin/${tool}`), join(bin, tool)])
    const host = createLocalHost('main', {
      clock: systemClock,
      environment: { PATH: bin, HOME: place.home },
    })
    const source = place.sourceOf(place.origin.path, undefined, host)
    await expect(source.refresh()).rejects.toMatchObject({
      message: 'There is no git on main',
      advice: 'Install the package git.',
    })
  })

  test.skipIf(process.getuid?.() !== 0)(
    'a repository of somebody else is not trusted',
    async () => {
      const place = gitPlace()
      await place.source.refresh()
      chownSync(join(place.root, 'repo.git'), 12_345, 12_345)
      await expect(place.source.refresh()).rejects.toMatchObject({
        trouble: 'owner',
        advice: expect.stringContaining('chown'),
      })
    },
  )

  test('what takes long is told to the job, and what git wrote of it', async () => {
    const place = gitPlace()
    const told: string[] = []
    const sourceOf = (repo: string) =>
      createSource(
        {
          host: place.host,
          signal: AbortSignal.timeout(30_000),
          redact: (text) => text,
          say: (text) => told.push(text),
        },
        { repo, branch: 'main', path: place.root },
        'web',
      )
    const source = sourceOf(place.origin.path)
    await source.refresh()
    const { id } = await source.resolve()
    await source.scratch(id, join(place.root, 'scratch/1'))
    await source.checkout(id, join(place.root, 'x'))
    const commands = told.flatMap(
      (line) => /^\$ git .*?(fetch|clone|checkout|read-tree) -/.exec(line)?.[1] ?? [],
    )
    expect(commands).toEqual(['fetch', 'clone', 'checkout', 'read-tree'])
    expect(told.join('\n')).toContain('[new branch]')
    await expect(sourceOf('http://ghost:pa55word@127.0.0.1:1/x').refresh()).rejects.toThrow(
      'git fetch',
    )
    expect(told.at(-1)).toContain('http://127.0.0.1:1/x')
    expect(told.join('\n')).not.toMatch(/ghost|pa55word/)
  })
})

test('an address is shown without who logs in', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9:_%.@!-]{1,30}$/), (login) => {
      expect(withoutLogins(`https://${login}@example.com/web.git`)).toBe(
        'https://example.com/web.git',
      )
    }),
    tries(100),
  )
  expect(withoutLogins('git@example.com:a/b@c.git')).toBe('git@example.com:a/b@c.git')
  expect(withoutLogins('https://example.com/a@b.git')).toBe('https://example.com/a@b.git')
})

test('addresses of servers and absolute paths are taken', () => {
  for (const repo of [
    'git@github.com:acme/web.git',
    'eth2-claw:web.git',
    'ssh://git@example.com:2222/acme/web.git',
    'https://example.com/web.git',
    '/srv/git/web.git',
    'file:///srv/git/web.git',
  ])
    expect(checkedRepo(repo)).toBe(repo)
})
