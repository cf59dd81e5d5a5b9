import { execFileSync } from 'node:child_process'
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Files } from '../../src/contract/host.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createFiles } from '../../src/host/files.ts'
import { expandBraces, segmentPattern } from '../../src/host/glob.ts'
import { createGuard } from '../../src/host/guard.ts'

let root = ''
let files: Files
const at = (...parts: string[]): string => join(root, ...parts)

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'files-')))
  files = createFiles(createGuard(systemClock), root)
  for (const name of ['build-1', 'build-2', 'keep', '.hidden'])
    mkdirSync(at('tmp', name), { recursive: true })
  for (const name of [
    'build-1/a.log',
    'build-1/b.txt',
    'keep/c.log',
    '.hidden/d.log',
    'e{f}.log',
  ]) {
    writeFileSync(at('tmp', name), 'x'.repeat(5000))
  }
  symlinkSync(at('tmp', 'keep'), at('tmp', 'build-link'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a part of a file', () => {
  const text = async (from: number, length: number, path = at('tmp', 'e{f}.log')) => {
    const part = await files.read(path, from, length)
    return part && Buffer.from(part.bytes).toString()
  }

  test('is read from anywhere, as far as the file goes', async () => {
    writeFileSync(at('a'), '0123456789')
    expect(await text(0, 4, at('a'))).toBe('0123')
    expect(await text(8, 4, at('a'))).toBe('89')
    expect(await text(10, 4, at('a'))).toBe('')
    expect(await text(99, 4, at('a'))).toBe('')
    expect(await text(0, 0, at('a'))).toBe('')
    expect(await files.read(at('a'), 0, 0)).toMatchObject({ size: 10 })
  })

  test('is never more than 1 MiB', async () => {
    writeFileSync(at('a'), Buffer.alloc(2 ** 20 + 1))
    expect((await files.read(at('a'), 0, 2 ** 30))?.bytes.length).toBe(2 ** 20)
  })

  test('is of the file behind a link, and says which', async () => {
    symlinkSync(at('tmp', 'build-1', 'a.log'), at('link'))
    const { device, inode } = (await files.look(at('tmp', 'build-1', 'a.log'))) ?? {}
    expect(await files.read(at('link'), 0, 1)).toMatchObject({ device, inode })
  })

  test('is none of what is no regular file', async () => {
    expect(await text(0, 1, at('nothing'))).toBeNull()
    expect(await text(0, 1, at('tmp'))).toBeNull()
    expect(await text(0, 1, '/dev/null')).toBeNull()
    execFileSync('mkfifo', [at('pipe')])
    expect(await text(0, 1, at('pipe'))).toBeNull()
  })
})

test('a renamed file is found where it is now', async () => {
  writeFileSync(at('a'), 'x')
  const file = await files.look(at('a'))
  if (!file) throw new Error('it is not there')
  expect(await files.renamed(root, file)).toBe(at('a'))
  renameSync(at('a'), at('b'))
  writeFileSync(at('a'), 'another')
  expect(await files.renamed(root, file)).toBe(at('b'))
  rmSync(at('b'))
  expect(await files.renamed(at('nothing'), file)).toBeNull()
})

describe('glob', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['/tmp/build-*', ['/tmp/build-1', '/tmp/build-2', '/tmp/build-link']],
    ['/tmp/build-*/*', ['/tmp/build-1/a.log', '/tmp/build-1/b.txt']],
    ['/tmp/build-link/*', []],
    ['/tmp/**/*.log', ['/tmp/build-1/a.log', '/tmp/e{f}.log', '/tmp/keep/c.log']],
    ['/tmp/keep/**', ['/tmp/keep/c.log']],
    ['/tmp/{keep,build-1}/?.log', ['/tmp/build-1/a.log', '/tmp/keep/c.log']],
    ['/tmp/build-[!1]', ['/tmp/build-2']],
    ['/tmp/.hidden/*', ['/tmp/.hidden/d.log']],
    ['/tmp/e{f}.log', ['/tmp/e{f}.log']],
    ['/tmp/nothing', []],
    ['/nothing/*', []],
  ]
  test.each(cases)('%s', async (pattern, expected) => {
    expect(await files.glob(root + pattern)).toEqual(expected.map((path) => root + path))
    expect(await files.glob(`~${pattern}`)).toEqual(expected.map((path) => root + path))
  })

  test('a pattern must be absolute and stay where it is', async () => {
    await expect(files.glob('tmp/*')).rejects.toThrow('not an absolute path')
    await expect(files.glob(`${root}/tmp/../*`)).rejects.toThrow('must not contain')
  })

  test('a segment without special characters matches itself alone', () => {
    const plain = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[*?[\]/\\]/.test(text))
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        expect(segmentPattern(one).test(one)).toBe(true)
        expect(segmentPattern(one).test(other)).toBe(one === other)
      }),
    )
  })

  test('any segment is a pattern, and braces end', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(segmentPattern(text)).toBeInstanceOf(RegExp)
        expect(expandBraces(text).length).toBeGreaterThan(0)
      }),
    )
    expect(expandBraces('a{b,c{d,e}}')).toEqual(['ab', 'acd', 'ab', 'ace'])
    expect(expandBraces('{a,b}-{c,d}')).toEqual(['a-c', 'a-d', 'b-c', 'b-d'])
    expect(() => expandBraces('{a,b}'.repeat(20))).toThrow('more than 1000')
  })
})

describe.runIf(process.platform === 'linux')('mounts', () => {
  const mounted = (): Files => {
    const lines = [at('tmp/keep'), at('tmp/my dir')].map(
      (path) => `31 27 254:1 /srv ${path.replaceAll(' ', '\\040')} rw - ext4 /dev/vda1 rw`,
    )
    writeFileSync(at('mountinfo'), lines.join('\n'))
    return createFiles(createGuard(systemClock), root, at('mountinfo'))
  }

  test('are told', async () => {
    expect(await mounted().mountPoints()).toEqual([at('tmp/keep'), at('tmp/my dir')])
    expect(await files.mountPoints()).toContain('/proc')
  })

  test.each([
    ['/tmp/*/c.log', []],
    ['/tmp/**/*.log', ['/tmp/build-1/a.log', '/tmp/e{f}.log']],
    ['/tmp/k*', ['/tmp/keep']],
    ['/tmp/keep/*', ['/tmp/keep/c.log']],
    ['/tmp/keep/**', ['/tmp/keep/c.log']],
  ])('%s enters one only by its name', async (pattern, expected) => {
    expect(await mounted().glob(root + pattern)).toEqual(expected.map((path) => root + path))
  })

  test('that cannot be read stop a glob', async () => {
    const blind = createFiles(createGuard(systemClock), root, at('nothing'))
    await expect(blind.glob(at('tmp/*'))).rejects.toThrow('ENOENT')
  })
})

test('look tells of the path itself', async () => {
  expect(await files.look(at('tmp/build-link'))).toMatchObject({ kind: 'link' })
  expect(await files.look(at('tmp/keep'))).toMatchObject({ kind: 'directory' })
  const facts = await files.look(at('tmp/keep/c.log'))
  expect(facts).toMatchObject({ kind: 'file', size: 5000 })
  expect(facts?.frees).toBeGreaterThanOrEqual(5000)
  expect(Math.abs((facts?.modified ?? 0) - Date.now())).toBeLessThan(60_000)
  expect(await files.look(at('nothing'))).toBeNull()
  expect(await files.look(at('tmp/keep/c.log/below'))).toBeNull()
})

test('a file with another name frees nothing', async () => {
  linkSync(at('tmp/keep/c.log'), at('tmp/keep/other'))
  expect(await files.look(at('tmp/keep/c.log'))).toMatchObject({ frees: 0 })
})

test('walk finds everything below, hidden things too, and follows no link', async () => {
  const found = await files.walk(at('tmp'))
  const paths = found.map(({ path }) => path.slice(root.length + 5)).toSorted()
  expect(paths).toEqual(
    [
      '.hidden',
      '.hidden/d.log',
      'build-1',
      'build-1/a.log',
      'build-1/b.txt',
      'build-2',
      'build-link',
      'e{f}.log',
      'keep',
      'keep/c.log',
    ].toSorted(),
  )
  expect(await files.walk(at('tmp/build-link'))).toEqual([])
  expect(await files.walk(at('nothing'))).toEqual([])
})

describe('remove', () => {
  test('takes one file, one empty directory, or a link but not what it points to', async () => {
    expect(await files.remove(at('tmp/build-1/a.log'))).toBe(true)
    expect(await files.remove(at('tmp/build-1/a.log'))).toBe(false)
    expect(await files.remove(at('tmp/build-2'))).toBe(true)
    expect(await files.remove(at('tmp/build-link'))).toBe(true)
    expect(await files.look(at('tmp/keep/c.log'))).not.toBeNull()
    expect(await files.remove(at('nothing/at/all'))).toBe(false)
  })

  test('refuses a directory that is not empty', async () => {
    await expect(files.remove(at('tmp/keep'))).rejects.toThrow('ENOTEMPTY')
  })

  test('refuses to go through a link', async () => {
    await expect(files.remove(at('tmp/build-link/c.log'))).rejects.toThrow('really')
    expect(await files.look(at('tmp/keep/c.log'))).not.toBeNull()
  })
})

test('real resolves links', async () => {
  expect(await files.real(at('tmp/build-link/c.log'))).toBe(at('tmp/keep/c.log'))
  await expect(files.real(at('nothing'))).rejects.toThrow('ENOENT')
})
