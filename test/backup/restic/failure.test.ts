import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failureOf, wordsOf } from '../../../src/backup/restic/failure.ts'

/** What restic 0.14 wrote when this was done to it. */
const recorded = [
  [
    'no directory',
    'missing',
    `Fatal: unable to open config file: stat /srv/repo/config: no such file or directory
Is there a repository at the following location?
/srv/repo
`,
    'unable to open config file: stat /srv/repo/config: no such file or directory',
  ],
  [
    'sftp without a repository',
    'missing',
    `Fatal: unable to open config file: Lstat: file does not exist
Is there a repository at the following location?
sftp:root@127.0.0.1:/srv/repo
`,
    'unable to open config file: Lstat: file does not exist',
  ],
  [
    'rest without a repository',
    'missing',
    `Fatal: unable to open config file: <config/> does not exist
Is there a repository at the following location?
rest:http://mechanic:***@127.0.0.1:45401/
`,
    'unable to open config file: <config/> does not exist',
  ],
  [
    'S3 without a repository',
    'missing',
    `Fatal: unable to open config file: Stat: The specified key does not exist.
Is there a repository at the following location?
s3:http://127.0.0.1:36429/backups/web
`,
    'unable to open config file: Stat: The specified key does not exist.',
  ],
  [
    'wrong password',
    'password',
    'Fatal: wrong password or no key found\n',
    'wrong password or no key found',
  ],
  [
    'locked',
    'locked',
    `unable to create lock in backend: repository is already locked by PID 22945 on vm by root (UID 0, GID 0)
lock was created at 2026-11-22 10:32:15 (2.343145107s ago)
storage ID abf7864b
the \`unlock\` command can be used to remove stale locks
`,
    'unable to create lock in backend: repository is already locked by PID 22945 on vm by root (UID 0, GID 0), lock was created at 2026-11-22 10:32:15 (2.343145107s ago)',
  ],
  [
    'full disk',
    'full',
    `Fatal: unable to save snapshot: write /srv/repo/data/0a/0ae5-tmp-3148882400: no space left on device
`,
    'unable to save snapshot: write /srv/repo/data/0a/0ae5-tmp-3148882400: no space left on device',
  ],
  [
    'flipped byte, found by a check',
    'damaged',
    `Pack ID does not match, want d966066a, got 81bd7f38
Fatal: repository contains errors
`,
    'Pack ID does not match, want d966066a, got 81bd7f38',
  ],
  [
    'flipped byte, found by a restore',
    'damaged',
    `ignoring error for /tmp/exp/src/a: ciphertext verification failed
Fatal: There were 1 errors
`,
    '/tmp/exp/src/a: ciphertext verification failed',
  ],
  [
    'lost index',
    'damaged',
    `error for tree cf761c13:
  id cf761c132785ec72eff466032e50a37e593dc6726a7e7d4df2b09002d187ddac not found in repository
Fatal: repository contains errors
`,
    'id cf761c13… not found in repository',
  ],
  [
    'lost pack',
    'damaged',
    `pack d966066ae8b6b415e1cc6d28d07754886703b76ec3d32a2e7cdfcf67496f14b3: does not exist
Fatal: repository contains errors
`,
    'pack d966066a…: does not exist',
  ],
  [
    'read-only',
    'refused',
    `Save(<lock/028dd3503b>) returned error, retrying after 552.330144ms: open /srv/repo/locks/028d-tmp-1: read-only file system
open /srv/repo/locks/028d-tmp-2: read-only file system
github.com/restic/restic/internal/backend/local.(*Local).Save
\tgithub.com/restic/restic/internal/backend/local/local.go:153
main.runBackup
\tgithub.com/restic/restic/cmd/restic/cmd_backup.go:583
runtime.goexit
\truntime/asm_amd64.s:1594
unable to create lock in backend
`,
    'open /srv/repo/locks/028d-tmp-2: read-only file system',
  ],
  [
    'append-only',
    'refused',
    `Remove(<snapshot/6d830d6533>) returned error, retrying after 15.394871241s: blob not removed, server response: 403 Forbidden (403)
unable to remove <snapshot/6d830d6533> from the repository
blob not removed, server response: 403 Forbidden (403)
github.com/restic/restic/internal/backend/rest.(*Backend).Remove
\tgithub.com/restic/restic/internal/backend/rest/rest.go:399
`,
    'blob not removed, server response: 403 Forbidden (403)',
  ],
  [
    'wrong user of a server',
    'refused',
    `Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized
Is there a repository at the following location?
rest:http://a:***@127.0.0.1:8099/
`,
    'unable to open config file: unexpected HTTP response (401): 401 Unauthorized',
  ],
  [
    'no right to read it',
    'refused',
    'Fatal: unable to open repository at /srv/x: ReadDir: open /srv/x/keys: permission denied\n',
    'unable to open repository at /srv/x: ReadDir: open /srv/x/keys: permission denied',
  ],
  [
    'rest away',
    'away',
    `Fatal: unable to open config file: client.Head: Head "http://u:***@127.0.0.1:9/config": dial tcp 127.0.0.1:9: connect: connection refused
Is there a repository at the following location?
rest:http://u:***@127.0.0.1:9/
`,
    'unable to open config file: client.Head: Head "http://u:***@127.0.0.1:9/config": dial tcp 127.0.0.1:9: connect: connection refused',
  ],
  [
    'sftp away',
    'away',
    `subprocess ssh: ssh: connect to host 127.0.0.1 port 9: Connection refused
Fatal: unable to open repository at sftp://u@127.0.0.1:9//x: unable to start the sftp session, error: EOF
`,
    'ssh: connect to host 127.0.0.1 port 9: Connection refused',
  ],
  [
    'a name that nobody knows',
    'away',
    `Fatal: unable to open config file: client.Head: Head "http://nosuch.invalid/config": dial tcp: lookup nosuch.invalid: no such host
Is there a repository at the following location?
rest:http://nosuch.invalid/
`,
    'unable to open config file: client.Head: Head "http://nosuch.invalid/config": dial tcp: lookup nosuch.invalid: no such host',
  ],
  [
    'a source that is not there',
    'other',
    `/tmp/none does not exist, skipping
Fatal: all target directories/files do not exist
`,
    'all target directories/files do not exist',
  ],
  [
    'a snapshot that is not there',
    'other',
    'invalid id "deadbeef": no matching ID found for prefix "deadbeef"\n',
    'invalid id "deadbeef": no matching ID found for prefix "deadbeef"',
  ],
  [
    'an unreadable config',
    'damaged',
    `panic: runtime error: slice bounds out of range [16:1]

goroutine 1 [running]:
github.com/restic/restic/internal/repository.(*Repository).LoadUnpacked(0xc0001f4180, {0x104abd0, 0xc000083600})
\tgithub.com/restic/restic/internal/repository/repository.go:206 +0x674
`,
    'runtime error: slice bounds out of range [16:1]',
  ],
  [
    'a check that could not reach everything',
    'away',
    `error for tree cf761c13:
  Get "http://127.0.0.1:9/data/1": dial tcp 127.0.0.1:9: connect: connection refused
Fatal: repository contains errors
`,
    'Get "http://127.0.0.1:9/data/1": dial tcp 127.0.0.1:9: connect: connection refused',
  ],
] as const

describe('restic 0.14 in words', () => {
  test.each(recorded)('%s: %s', (_, failure, said, words) => {
    expect(failureOf(1, said)).toBe(failure)
    expect(wordsOf(said)).toBe(words)
  })
})

/** As doc/075_scripting of 0.18 has it. */
const fatal = (code: number, message: string): string =>
  `${JSON.stringify({ message_type: 'exit_error', code, message })}\n`

describe('restic ≥ 0.17 by its exit code', () => {
  test.each([
    [
      10,
      'missing',
      'Fatal: repository does not exist: unable to open config file: stat /r/config: no such file or directory\nIs there a repository at the following location?\n/r',
      'repository does not exist: unable to open config file: stat /r/config: no such file or directory',
    ],
    [
      11,
      'locked',
      'unable to create lock in backend: repository is already locked exclusively by PID 7 on b by root (UID 0, GID 0)\nlock was created at 2026-11-22 10:32:15 (2s ago)\nstorage ID abf7864b',
      'unable to create lock in backend: repository is already locked exclusively by PID 7 on b by root (UID 0, GID 0), lock was created at 2026-11-22 10:32:15 (2s ago)',
    ],
    [12, 'password', 'Fatal: wrong password or no key found', 'wrong password or no key found'],
  ] as const)('%i is %s', (code, failure, message, words) => {
    expect(failureOf(code, '')).toBe(failure)
    expect(failureOf(1, fatal(1, message))).toBe(failure)
    expect(wordsOf(fatal(code, message))).toBe(words)
  })
  test('an error about one file says which', () => {
    const error = {
      message_type: 'error',
      error: { message: 'no space left on device' },
      during: 'restore',
      item: '/srv/a',
    }
    expect(failureOf(1, JSON.stringify(error))).toBe('full')
    expect(wordsOf(JSON.stringify(error))).toBe('/srv/a: no space left on device')
  })
})

test('whatever it says, the words are one short line', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '{',
      '{"message":1}',
      'null',
      '[]',
      '{"error":{"message":2}}',
      '\tx',
      'Fatal: ',
    ),
    fc.string({ minLength: 400, maxLength: 500 }),
    fc.json(),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n')
      expect(() => failureOf(1, text)).not.toThrow()
      expect(wordsOf(text)).not.toMatch(/\n/)
      expect(wordsOf(text).length).toBeLessThan(600)
    }),
  )
})
