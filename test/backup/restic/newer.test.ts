import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ResticError } from '../../../src/backup/restic/error.ts'
import { createRestic, type Restic } from '../../../src/backup/restic/restic.ts'
import type { Progress } from '../../../src/backup/restic/types.ts'
import { createTool, noPause, tempPlace } from './support.ts'

/**
 * What a restic writes and how it ends, by the word that says what it is to do; `WORD--no-lock` where
 * it is to take no lock.
 */
type Answers = Readonly<
  Record<string, { readonly out?: string; readonly err?: string; readonly code?: number }>
>

/** A driver whose restic is a script that gives these answers, and writes down how it was called. */
function standIn(answers: Answers): { restic: Restic; called: () => string; said: string[] } {
  const root = tempPlace()
  const bin = join(root, 'bin')
  mkdirSync(bin)
  for (const [word, { out = '', err = '' }] of Object.entries(answers)) {
    writeFileSync(join(root, `${word}.out`), out)
    writeFileSync(join(root, `${word}.err`), err)
  }
  const codes = Object.entries(answers).map(([word, { code = 0 }]) => `${word}) exit ${code} ;;`)
  writeFileSync(
    join(bin, 'restic'),
    `#!/bin/sh
echo "$@" >>'${root}/called'
[ "$1" = --cache-dir ] && shift 2
word=$1
case "$*" in *--no-lock*) [ -e "${root}/$1--no-lock.out" ] && word=$1--no-lock ;; esac
cat "${root}/$word.out"
cat "${root}/$word.err" >&2
case $word in ${codes.join(' ')} esac
`,
  )
  chmodSync(join(bin, 'restic'), 0o755)
  const said: string[] = []
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  const repository = { name: 'web', url: '/srv/repo', password: 'x', env, cache: join(root, 'c') }
  return {
    restic: createRestic(repository, createTool(said), noPause),
    called: () => readFileSync(join(root, 'called'), 'utf8'),
    said,
  }
}

const lines = (...messages: readonly object[]): string =>
  messages.map((message) => `${JSON.stringify(message)}\n`).join('')

const id = '95e7ae2189e69d8be3c1f5a7a4a3d7f1d1f6d9a3a8f0f3f2b1c4d5e6f7a8b9c0'
const fatal = (code: number, message: string) => ({
  code,
  err: lines({ message_type: 'exit_error', code, message: `Fatal: ${message}` }),
})
const failed = async (work: Promise<unknown>): Promise<ResticError> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  if (error instanceof ResticError) return error
  throw new Error('it went well')
}

describe('restic 0.18', () => {
  test('says its version', async () => {
    const out = 'restic 0.18.1 compiled with go1.25.1 on linux/amd64\n'
    expect(await standIn({ version: { out } }).restic.version()).toEqual([0, 18, 1])
  })

  test('says by exit codes what is wrong', async () => {
    const missing = 'repository does not exist: unable to open config file: <config/> not found'
    const gone = standIn({ snapshots: fatal(10, missing) })
    expect((await failed(gone.restic.snapshots())).failure).toBe('missing')

    const held = `unable to create lock in backend: repository is already locked exclusively by PID 7 on b by root (UID 0, GID 0)`
    const locked = await failed(standIn({ check: fatal(11, held) }).restic.check(null))
    expect(locked.failure).toBe('locked')
    expect(locked.message).toBe(
      'The repository of web (/srv/repo) is locked: locked exclusively by PID 7 on b by root (UID 0, GID 0)',
    )
    expect(locked.advice).toContain('/backup web unlock')

    const wrong = standIn({ snapshots: fatal(12, 'wrong password or no key found') })
    expect((await failed(wrong.restic.snapshots())).failure).toBe('password')
    expect(wrong.called().trim().split('\n')).toHaveLength(1)
  })

  test('backs up, with messages and fields that nobody knows', async () => {
    const status = {
      message_type: 'status',
      seconds_elapsed: 3,
      seconds_remaining: 9,
      percent_done: 0.25,
      total_files: 4,
      files_done: 1,
      total_bytes: 4096,
      bytes_done: 1024,
      current_files: ['/srv/a'],
    }
    const summary = {
      message_type: 'summary',
      files_new: 4,
      total_files_processed: 4,
      total_bytes_processed: 4096,
      data_added: 4300,
      data_added_packed: 1200,
      backup_start: '2026-11-22T10:32:15.512304835+01:00',
      total_duration: 1.2,
      snapshot_id: id,
    }
    const out = lines(status, { message_type: 'news', of: ['tomorrow'] }, summary)
    const { restic, called } = standIn({ backup: { out } })
    const seen: Progress[] = []
    const options = { tags: ['job-7'], onProgress: (one: Progress) => seen.push(one) }
    expect(await restic.backup(['/srv/a', '/srv/b c'], options)).toEqual({
      snapshot: id,
      files: 4,
      bytes: 4096,
      added: 4300,
    })
    expect(seen).toContainEqual({ done: 1024, total: 4096, left: 9000 })
    expect(called()).toMatch(/backup --json .*--tag web --tag job-7 -- \/srv\/a \/srv\/b c\n$/)
  })

  test('names what it could not read, and how many more', async () => {
    const unread = Array.from({ length: 7 }, (_, at) => ({
      message_type: 'error',
      error: { message: `open /srv/${at}: permission denied` },
      during: 'archival',
      item: `/srv/${at}`,
    }))
    const out = lines({ message_type: 'summary', snapshot_id: id })
    const end = fatal(3, 'at least one source file could not be read')
    const { restic } = standIn({ backup: { out, err: lines(...unread) + end.err, code: 3 } })
    const error = await failed(restic.backup(['/srv']))
    expect(error.failure).toBe('partial')
    expect(error.message).toBe(
      'Not all of web could be read: /srv/0, /srv/1, /srv/2, /srv/3, /srv/4 and 2 more',
    )
    expect(error.summary).toEqual({ snapshot: id, files: 0, bytes: 0, added: 0 })
  })

  test('lists, sizes, restores and tells how far it is', async () => {
    const snapshot = {
      time: '2026-11-22T03:00:00.1+01:00',
      paths: ['/srv'],
      hostname: 'main',
      username: 'root',
      tags: ['web'],
      program_version: 'restic 0.18.1',
      summary: { total_bytes_processed: 5 },
      id,
      short_id: id.slice(0, 8),
    }
    const older = {
      ...snapshot,
      time: '2026-11-21T03:00:00Z',
      id: id.replace('9', 'a'),
      tags: null,
    }
    const node = { message_type: 'node', struct_type: 'node', name: 'a', path: '/srv/a' }
    const restoring = { message_type: 'status', total_bytes: 5, bytes_restored: 2, total_files: 1 }
    const { restic } = standIn({
      snapshots: { out: lines([snapshot, older]) },
      stats: { out: lines({ total_size: 5, total_file_count: 2, snapshots_count: 1 }) },
      ls: {
        out: lines(
          { ...snapshot, message_type: 'snapshot', struct_type: 'snapshot' },
          { ...node, type: 'file', size: 5 },
          { ...node, path: '/srv/l', type: 'symlink' },
        ),
      },
      restore: { out: lines(restoring, { message_type: 'summary', files_restored: 1 }) },
    })
    const [first, second] = await restic.snapshots()
    expect(first).toMatchObject({ at: Date.UTC(2026, 10, 21, 3), tags: [] })
    expect(second).toEqual({
      id,
      at: Date.UTC(2026, 10, 22, 2, 0, 0, 100),
      host: 'main',
      paths: ['/srv'],
      tags: ['web'],
    })
    expect(await restic.size(id)).toEqual({ bytes: 5, files: 2 })
    expect(await restic.entries(id, ['/srv'])).toEqual([
      { path: '/srv/a', kind: 'file', size: 5 },
      { path: '/srv/l', kind: 'other', size: 0 },
    ])
    const seen: Progress[] = []
    await restic.restore(id, '/back', { onProgress: (one) => seen.push(one) })
    expect(seen).toEqual([{ done: 2, total: 5, left: null }])
  })
})

test('a repository that may only be read is restored from without a lock', async () => {
  const err = 'open /srv/repo/locks/1: read-only file system\nunable to create lock in backend\n'
  const readOnly = { err, code: 1 }
  const { restic, called } = standIn({
    restore: readOnly,
    'restore--no-lock': {},
    forget: readOnly,
  })
  await restic.restore(id, '/back', { include: ['/srv/a [1]*'] })
  expect(called()).toMatch(
    /restore --json --target \/back --no-lock --include \/srv\/a \\\[1]\\\* /,
  )
  expect((await failed(restic.remove([id]))).failure).toBe('refused')
  const both = standIn({ restore: readOnly, 'restore--no-lock': readOnly })
  expect((await failed(both.restic.restore(id, '/back'))).failure).toBe('refused')
})

describe('what is no restic that can be used', () => {
  test('is told with what to do', async () => {
    const old = await failed(
      standIn({ version: { out: 'restic 0.12.1 compiled' } }).restic.version(),
    )
    expect(old.failure).toBe('absent')
    expect(old.message).toBe('There is no restic that can be used on main: it is 0.12.1')
    expect(old.advice).toContain('apt-get install restic')
    const none = await failed(standIn({ version: { out: 'hello' } }).restic.version())
    expect(none.failure).toBe('absent')
  })

  test('its garbage is a clear error', async () => {
    const garbage = { out: '{"message_type":"summary"\nnonsense ]\n' }
    const { restic } = standIn({
      backup: garbage,
      snapshots: garbage,
      stats: garbage,
    })
    const works = [() => restic.backup(['/srv']), () => restic.snapshots(), () => restic.size(id)]
    for (const work of works)
      expect((await failed(work())).message).toMatch(/: its answer makes no sense$/)
  })

  test('a list of which only a part is right is garbage', async () => {
    const out = lines([{ id, time: 'never', paths: [] }])
    expect((await failed(standIn({ snapshots: { out } }).restic.snapshots())).failure).toBe('other')
  })
})

test('a repository that is away is tried three times', async () => {
  const away = { code: 1, err: 'Fatal: dial tcp 10.0.0.1:443: i/o timeout\n' }
  const { restic, called, said } = standIn({ snapshots: away })
  const error = await failed(restic.snapshots())
  expect(error.failure).toBe('away')
  expect(called().trim().split('\n')).toHaveLength(3)
  expect(said).toEqual([
    'The repository of web (/srv/repo) cannot be reached from main: dial tcp 10.0.0.1:443: i/o timeout. Trying again in 5 s.',
    'The repository of web (/srv/repo) cannot be reached from main: dial tcp 10.0.0.1:443: i/o timeout. Trying again in 30 s.',
  ])
})
