import { describe, expect, test } from 'vitest'
import { replicaAddress } from '../../../src/backup/litestream/address.ts'
import { litestreamConfig } from '../../../src/backup/litestream/settings.ts'
import { errorsIn, litestreamError } from '../../../src/backup/litestream/words.ts'
import { litestreamProgram } from '../../../src/backup/litestream/binary.ts'

test.each([
  ['/srv/replica', { type: 'file', path: '/srv/replica' }],
  ['s3://bucket/a/b', { type: 's3', bucket: 'bucket', path: 'a/b' }],
  [
    's3://bucket/a?endpoint=https%3A%2F%2Fminio%3A9000',
    { type: 's3', bucket: 'bucket', path: 'a', endpoint: 'https://minio:9000' },
  ],
  [
    'sftp://bot:s%40y@host:2222/srv/a',
    { type: 'sftp', host: 'host:2222', user: 'bot', password: 's@y', path: '/srv/a' },
  ],
])('%s is a place for a replica', (address, place) => {
  expect(replicaAddress(address)).toEqual(place)
})

test.each(['relative', 'sftp://host/srv', 'rest:http://a:secret@b/', 'gs://x/y', ''])(
  '“%s” is none, and is not repeated',
  (address) => {
    expect(() => replicaAddress(address)).toThrow(/^the place of the replica is not one/)
  },
)

test('the config is encrypted for the key, and says it in JSON, which is YAML', () => {
  const text = litestreamConfig({
    database: '/srv/it’s "odd".db',
    address: { type: 's3', bucket: 'b', path: 'p', endpoint: 'http://127.0.0.1:1' },
    key: { identity: 'I', recipient: 'R' },
    retention: 3_600_000,
    region: 'eu-north-1',
  })
  expect(JSON.parse(text)).toMatchObject({
    dbs: [
      {
        path: '/srv/it’s "odd".db',
        replicas: [
          {
            'force-path-style': true,
            region: 'eu-north-1',
            retention: '3600s',
            'snapshot-interval': '3600s',
            age: { identities: ['I'], recipients: ['R'] },
          },
        ],
      },
    ],
  })
})

describe('what Litestream says', () => {
  test('its errors, each once', () => {
    const line = (error: string): string =>
      JSON.stringify({ level: 'ERROR', msg: 'sync error', error })
    const output = [
      line('a'),
      'no JSON',
      '{"level":"INFO","msg":"x"}',
      line('a'),
      line('b'),
      '{',
    ].join('\n')
    expect(errorsIn(output)).toEqual(['a', 'b'])
  })

  test.each([
    ['no identity matched any of the recipients', /another password/],
    ['cannot download wal: failed to decrypt and authenticate payload chunk', /damaged/],
    ['missing WAL index: e4d425f0ea1aa129/00000003', /damaged/],
    ['dial tcp 10.0.0.1:443: connect: connection refused', /can be reached/],
    ['AccessDenied: Access Denied', /may write there/],
    ['write /srv/x: no space left on device', /free space/],
  ])('%s: told what to do', (said, advice) => {
    expect(litestreamError('it failed', said).advice).toMatch(advice)
  })
})

test('a machine that it is not made for is named', () => {
  expect(() => litestreamProgram('sunos-sparc')).toThrow('not installed for sunos-sparc')
  expect(litestreamProgram()).toMatch(/litestream$/)
})
