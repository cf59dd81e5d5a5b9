import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../../src/contract/error.ts'
import { gitPlace, hasGit, makeOrigin } from '../../support/git.ts'

const hostile = [
  '; rm -rf ~',
  '--upload-pack=touch /tmp/owned',
  '--output=/tmp/owned',
  '-x',
  'a branch with spaces',
  'main\0--help',
  'main\nother',
  'main^{commit}',
  'main~1',
  'main@{0}',
  ':/Say',
  'HEAD',
  '@',
  '..',
  '../../etc/passwd',
  '$(id)x',
  '`id`',
  '*',
  'refs/heads/*',
  'ma',
  '',
  ' main',
  '\u202emain',
  'abcdef',
  'x'.repeat(10_240),
]

describe.skipIf(!hasGit)('a source', () => {
  test('branch, tag, annotated tag and commit id lead to the commit, with its facts', async () => {
    const { origin, source } = gitPlace()
    origin.git('tag', 'light')
    const first = origin.git('rev-parse', 'HEAD')
    const second = origin.commit('a', 'b', 'Zwei: größer & <besser>\n\nmore')
    origin.git('tag', '-a', 'v1', '-m', 'one')
    origin.git('tag', '-a', 'v1-again', '-m', 'a tag of a tag', 'v1')
    await source.refresh()
    const facts = {
      id: second,
      short: second.slice(0, 7),
      author: 'Asha',
      subject: 'Zwei: größer & <besser>',
      at: Number(origin.git('log', '-1', '--format=%ct')) * 1000,
    }
    expect(await source.resolve()).toEqual({ ...facts, ref: 'main' })
    for (const ref of ['main', 'v1', 'v1-again'])
      expect(await source.resolve(ref)).toEqual({ ...facts, ref })
    expect(await source.resolve('refs/tags/v1')).toEqual({ ...facts, ref: 'v1' })
    expect((await source.resolve('light')).id).toBe(first)
    for (const digits of [first, first.slice(0, 7), first.slice(0, 12).toUpperCase()])
      expect(await source.resolve(digits)).toMatchObject({ id: first, ref: first.slice(0, 7) })
  })

  test('whatever is no ref gets a clear answer, and nothing is run', async () => {
    const { home, source } = gitPlace()
    await source.refresh()
    for (const ref of hostile) {
      const error = await source.resolve(ref).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(OperatorError)
      const { message } = error as OperatorError
      expect(message).toMatch(/^there is no branch, tag or commit "[^\n\0\u202e]*" in web$/)
      expect(message.length).toBeLessThan(150)
    }
    expect(existsSync('/tmp/owned')).toBe(false)
    expect(readdirSync(home).toSorted()).toEqual(['origin', 'srv'])
  })

  test('names of branches that a shell would run are only names', async () => {
    const { origin, source, root, home } = gitPlace()
    const names = ['$(touch${IFS}owned)', ';ls', '`id`', "it's", 'a"b', '|cat', '%00', '&', 'é/ü']
    for (const name of names) origin.git('branch', '--', name)
    await source.refresh()
    for (const name of names) {
      const { id, ref } = await source.resolve(name)
      expect(ref).toBe(name)
      const directory = join(root, `checkout-${names.indexOf(name)}`)
      await source.checkout(id, directory)
      expect(readdirSync(directory)).toEqual(['index.js'])
    }
    expect(readdirSync(home).toSorted()).toEqual(['origin', 'srv'])
  })

  test('the nearest names are offered', async () => {
    const { origin, source } = gitPlace()
    origin.git('branch', 'feature/login')
    await source.refresh()
    await expect(source.resolve('feature/logon')).rejects.toMatchObject({
      advice: 'Did you mean "feature/login"?',
    })
    await expect(source.resolve('feature')).rejects.toMatchObject({
      advice: 'Did you mean "feature/login"?',
    })
  })

  test('a name of both a branch and a tag is asked back, unless they are the same commit', async () => {
    const { origin, source } = gitPlace()
    origin.git('tag', 'both')
    origin.git('branch', 'both')
    await source.refresh()
    expect((await source.resolve('both')).subject).toBe('Say one')
    origin.commit('x', 'y')
    origin.git('branch', '--force', 'both')
    await source.refresh()
    await expect(source.resolve('both')).rejects.toMatchObject({
      message: '"both" is both a branch and a tag in web',
      advice: 'Say which: refs/heads/both or refs/tags/both.',
    })
    expect((await source.resolve('refs/heads/both')).subject).toBe('Change x')
  })

  test('a tag named like the configured branch does not take its place', async () => {
    const { origin, source } = gitPlace()
    origin.git('tag', 'main')
    const second = origin.commit('x', 'y')
    await source.refresh()
    expect(await source.resolve()).toMatchObject({ id: second, ref: 'main' })
    expect(await source.resolve('main')).toMatchObject({ id: second })
  })

  test('the beginning of two commits is asked back', async () => {
    const { origin, source } = gitPlace()
    // With the same tree, parents and people, the time alone makes ids: two that begin the same.
    const tree = origin.git('rev-parse', 'HEAD^{tree}')
    const ids = new Map<string, string>()
    const stream: string[] = []
    const { createHash } = await import('node:crypto')
    let pair: readonly number[] = []
    for (let at = 1_700_000_000; pair.length === 0; at += 1) {
      const who = `Asha <asha@example.com> ${at} +0000`
      const body = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nTwin\n`
      const id = createHash('sha1').update(`commit ${body.length}\0${body}`).digest('hex')
      const same = ids.get(id.slice(0, 7))
      if (same !== undefined) pair = [Number(same), at]
      ids.set(id.slice(0, 7), String(at))
    }
    for (const at of pair) {
      const who = `Asha <asha@example.com> ${at} +0000`
      stream.push(
        `commit refs/heads/twin-${at}\nauthor ${who}\ncommitter ${who}\ndata 5\nTwin\n\nM 100644 inline index.js\ndata 3\none\n\n`,
      )
    }
    const { execFileSync } = await import('node:child_process')
    execFileSync('git', ['fast-import', '--quiet'], { cwd: origin.path, input: stream.join('') })
    const [one = '', two = ''] = pair.map((at) => origin.git('rev-parse', `twin-${at}`))
    expect(one.slice(0, 7)).toBe(two.slice(0, 7))
    await source.refresh()
    await expect(source.resolve(one.slice(0, 7))).rejects.toMatchObject({
      message: `"${one.slice(0, 7)}" is the beginning of 2 commits in web`,
      advice: expect.stringContaining(one.slice(0, 12)),
    })
    expect((await source.resolve(one)).id).toBe(one)
  })

  test('refreshing follows the repository: new, moved and removed', async () => {
    const { origin, source } = gitPlace()
    origin.git('branch', 'old')
    await source.refresh()
    const old = await source.resolve('old')
    origin.git('branch', '-D', 'old')
    origin.commit('a', '1')
    const rewritten = (await source.resolve('main')).id
    origin.git('commit', '--quiet', '--amend', '-m', 'Rewritten')
    await source.refresh()
    expect((await source.resolve('main')).subject).toBe('Rewritten')
    await expect(source.resolve('old')).rejects.toThrow('there is no branch')
    const now = (await source.resolve('main')).id
    expect(await source.since(old.id, now)).toEqual({ commits: 1, files: 1, back: 0 })
    expect(await source.since(now, old.id)).toEqual({ commits: 0, files: 1, back: 1 })
    expect(await source.since(rewritten, now)).toEqual({ commits: 1, files: 1, back: 0 })
    expect(await source.since('1'.repeat(40), now)).toBeNull()
    await expect(source.since('--all', now)).rejects.toThrow('is no commit id')
  })

  test('a repository that is itself a shallow clone is deployed from', async () => {
    const { home, origin, sourceOf } = gitPlace()
    const second = origin.commit('index.js', 'two')
    const shallow = join(home, 'shallow')
    origin.git('clone', '--quiet', '--depth=1', `file://${origin.path}`, shallow)
    const source = sourceOf(shallow)
    await source.refresh()
    expect((await source.resolve()).id).toBe(second)
    await source.refresh()
    const [release, scratch] = [join(home, 'release'), join(home, 'scratch')]
    await source.checkout(second, release)
    await source.scratch(second, scratch)
    for (const directory of [release, scratch])
      expect(readFileSync(join(directory, 'index.js'), 'utf8')).toBe('two')
  })

  test('another repository in the config is another clone', async () => {
    const { home, origin, source, sourceOf } = gitPlace()
    await source.refresh()
    const before = origin.git('rev-parse', 'HEAD')
    const other = makeOrigin(join(home, 'other'), home)
    other.commit('b', 'b', 'Other')
    const moved = sourceOf(other.path)
    await moved.refresh()
    expect((await moved.resolve()).subject).toBe('Other')
    await expect(moved.resolve(before)).rejects.toThrow('there is no branch')
    expect(readdirSync(join(home, 'srv/web')).toSorted()).toEqual(['repo.git', 'scratch'])
    expect(readdirSync(join(home, 'srv/web/scratch'))).toEqual([])
  })

  test('an empty repository has no commit', async () => {
    const { home, sourceOf } = gitPlace()
    const source = sourceOf(makeOrigin(join(home, 'empty'), home).path)
    await source.refresh()
    await expect(source.resolve()).rejects.toThrow(
      'there is no branch, tag or commit "main" in web',
    )
  })

  test('submodules and Git LFS are refused by their paths', async () => {
    const { origin, source } = gitPlace()
    const id = origin.git('rev-parse', 'HEAD')
    origin.git('update-index', '--add', '--cacheinfo', `160000,${id},libs/inner part`)
    origin.git('commit', '--quiet', '-m', 'With a submodule')
    await source.refresh()
    await expect(source.resolve()).rejects.toMatchObject({
      message: expect.stringMatching(/has submodules, which are not deployed: libs\/inner part$/),
    })
    origin.git('rm', '--cached', '--quiet', 'libs/inner part')
    mkdirSync(join(origin.path, 'art'))
    writeFileSync(join(origin.path, 'art/.gitattributes'), '*.psd filter=lfs diff=lfs\n')
    origin.commit('art/notes', 'no pointer')
    await source.refresh()
    expect((await source.resolve()).subject).toBe('Change art/notes')
    origin.commit('art/a.psd', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')
    await source.refresh()
    await expect(source.resolve()).rejects.toMatchObject({
      message: expect.stringMatching(/has files in Git LFS, which are not deployed: art\/a\.psd$/),
    })
  })

  test('a checkout has the files, links and modes, no .git, and runs nothing', async () => {
    const { origin, source, root, home } = gitPlace()
    writeFileSync(join(origin.path, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
    symlinkSync('run.sh', join(origin.path, 'link'))
    writeFileSync(join(origin.path, '.gitattributes'), 'gone export-ignore\n*.x filter=evil\n')
    origin.commit('gone', 'still here')
    const id = origin.commit('a.x', 'x')
    await source.refresh()
    // Hooks of the clone, and those that this user has for all repositories.
    for (const hooks of [join(root, 'repo.git/hooks'), join(home, 'hooks')]) {
      mkdirSync(hooks)
      for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction'])
        writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${home}/owned\n`, { mode: 0o755 })
      await source.refresh()
      writeFileSync(join(home, '.gitconfig'), `[core]\n hooksPath = ${home}/hooks\n`)
    }
    const directory = join(root, 'release')
    await source.checkout(id, directory)
    const all = ['.gitattributes', 'a.x', 'gone', 'index.js', 'link', 'run.sh']
    expect(readdirSync(directory).toSorted()).toEqual(all)
    expect(readlinkSync(join(directory, 'link'))).toBe('run.sh')
    expect(lstatSync(join(directory, 'run.sh')).mode & 0o100).toBe(0o100)
    const scratch = join(root, 'scratch/7')
    await source.scratch(id, scratch)
    expect(readdirSync(scratch).toSorted()).toEqual(['.git', ...all].toSorted())
    expect(readFileSync(join(scratch, '.git/HEAD'), 'utf8').trim()).toBe(id)
    expect(existsSync(join(home, 'owned'))).toBe(false)
    await expect(source.checkout(id, directory)).rejects.toThrow('File exists')
    await expect(source.checkout('main', join(root, 'x'))).rejects.toThrow('is no commit id')
  })
})
