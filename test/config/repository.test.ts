import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  replicaAt,
  replicaBeside,
  repositoryAt,
  secretsInRepository,
} from '../../src/config/repository.ts'

const places = { directory: '/etc/mechanic', home: '/home/asha' }

test.each([
  ['/mnt/backups/', '/mnt/backups'],
  ['/', '/'],
  ['/mnt//a/../b', '/mnt/b'],
  ['~/backups', '/home/asha/backups'],
  ['./backups', '/etc/mechanic/backups'],
  ['../backups', '/etc/backups'],
  ['local:/mnt/b', '/mnt/b'],
  ['sftp:u@h:/b', 'sftp:u@h:/b'],
  ['b2:bucket:path', 'b2:bucket:path'],
])('%s is %s', (text, address) => expect(repositoryAt(text, places)).toBe(address))

test.each([
  ['sftp:nas', 'sftp:USER@HOST:/PATH'],
  ['sftp://nas', 'sftp:USER@HOST:/PATH'],
  ['rest:nas/', 'rest:https://HOST/'],
  ['s3:bucket', 's3:HOST/BUCKET'],
  ['s3:https://minio/', 's3:HOST/BUCKET'],
])('%j lacks a part', (text, like) => {
  expect(repositoryAt(text, places)).toEqual({ problem: `expected it as ${like}` })
})

test.each([
  'sftp:u@[::1]:/b',
  'sftp:nas:b',
  'sftp://u@nas:22//b',
  'rest:http://u:p@h:8000/',
  's3:https://h:9000/b/p',
  's3:s3.amazonaws.com/b',
  's3://h/b',
  'b2:b:p',
])('%j is whole', (text) => {
  expect(repositoryAt(text, places)).toBe(text)
})

test.each(['backups', 'nas:/b', 's3:', 'http://h/b', '-r'])('%j is no repository', (text) => {
  expect(repositoryAt(text, places)).toHaveProperty('problem')
})

test.each([
  ['s3://bucket/path', 's3://bucket/path'],
  ['sftp://u@h/path', 'sftp://u@h/path'],
  ['~/r', '/home/asha/r'],
])('a replica at %s', (text, address) => expect(replicaAt(text, places)).toBe(address))

test.each(['sftp:nas:/srv/app', 'sftp://nas:22//srv/app', 'sftp:u@nas:app', 'rest:https://h/'])(
  'Litestream cannot write beside %s',
  (repository) => expect(replicaBeside(repository, 'app')).toBe(null),
)

test.each(['r', 's3://bucket', 'sftp://h/path', 'rest:https://h/', 'gs://b/p'])(
  '%s is no replica',
  (text) => {
    expect(replicaAt(text, places)).toHaveProperty('problem')
  },
)

const part = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,8}$/)
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const address = fc.oneof(
  path.map((one) => `/${one}`),
  fc.tuple(part, path).map(([host, one]) => `s3:${host}/${one}`),
  fc
    .tuple(part, part, path)
    .map(([host, bucket, one]) => `s3:https://${host}:9000/${bucket}/${one}`),
  fc.tuple(part, path).map(([host, one]) => `sftp:u@${host}:/${one}`),
  fc.tuple(part, path).map(([host, one]) => `sftp://u@${host}:22//${one}`),
)

test('no two backups share a replica, and none lies in the repository of restic', () => {
  fc.assert(
    fc.property(address, part, part, (where, one, other) => {
      const mine = replicaBeside(where, one)
      expect(mine).not.toBeNull()
      expect(replicaBeside(where, other) === mine).toBe(one === other)
      expect(replicaAt(mine ?? '', places)).toBe(mine)
      expect(mine?.startsWith(`${where}/`)).toBe(false)
    }),
  )
})

test('whatever stands there is an address or a problem, never a throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const found = repositoryAt(text, places)
      if (typeof found === 'string') replicaBeside(found, 'a')
      secretsInRepository(text)
      replicaAt(text, places)
    }),
  )
})
