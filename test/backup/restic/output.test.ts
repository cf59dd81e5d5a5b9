import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shownAddress } from '../../../src/backup/restic/address.ts'
import {
  entrySchema,
  lockSchema,
  messagesIn,
  snapshotsSchema,
  summarySchema,
  valueIn,
} from '../../../src/backup/restic/output.ts'
import { progressIn } from '../../../src/backup/restic/progress.ts'

describe('how far restic is', () => {
  test.each([
    // Recorded of 0.14.
    [
      '{"message_type":"status","seconds_elapsed":1,"seconds_remaining":4,"percent_done":0.2,"total_bytes":10,"bytes_done":2}\n{"message_type":"status","seconds_remaining":3,"total_bytes":10,"bytes_done":4}\n',
      4,
      10,
      3000,
    ],
    [
      'check snapshots\n[0:00] 100.00%  2 / 2 snapshots\n[0:05] 12.00%  3 / 25 packs\n',
      3,
      25,
      null,
    ],
    ['\r[0:05] 12.00%  3 / 25 packs\r[0:06] 16.00%  4 / 25 packs', 4, 25, null],
  ])('%j', (text, done, total, left) => {
    const packs = text.includes('packs') ? { packs: true } : {}
    expect(progressIn(text)).toEqual({ done, total, left, ...packs })
  })
  test.each([
    '',
    'check all packs\n',
    '[0:00] 0.00%  0 / 25 packs\n',
    '{"message_type":"status","percent_done":0,"total_files":1,"total_bytes":2}\n',
    '[0:00] 100.00%  2 / 2 snapshots\n',
    '{"message_type":"status"',
  ])('%j says nothing', (text) => expect(progressIn(text)).toBeNull())
})

test('a lock as restic 0.14 prints it', () => {
  const text = `{
  "time": "2026-11-22T10:32:15.512304835Z",
  "exclusive": false,
  "hostname": "vm",
  "username": "root",
  "pid": 22945
}
`
  expect(valueIn(text, lockSchema)).toEqual({
    at: Date.UTC(2026, 10, 22, 10, 32, 15, 512),
    exclusive: false,
    host: 'vm',
    user: 'root',
    pid: 22945,
  })
})

test('no garbage makes a reading throw, and none is taken for an answer', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('{', '[', '[{}]', '{"message_type":"summary"}', '{"path":1,"type":2}'),
    fc.constantFrom('{"message_type":"status","total_bytes":-1}', '[null]', '1 / 2 packs'),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n')
      expect(messagesIn(text, summarySchema)).toEqual([])
      expect(messagesIn(text, entrySchema)).toEqual([])
      expect(valueIn(text, lockSchema)).toBeNull()
      expect([null, []]).toContainEqual(valueIn(text, snapshotsSchema))
      expect(() => progressIn(text)).not.toThrow()
    }),
  )
})

test.each([
  ['/srv/repo', '/srv/repo'],
  ['sftp:backup@host:/srv', 'sftp:backup@host:/srv'],
  ['rest:https://bot:geheim@host:8000/web', 'rest:https://bot:***@host:8000/web'],
  ['rest:https://bot:ge@heim@host/', 'rest:https://bot:***@host/'],
  ['s3:https://s3.example.com/bucket', 's3:https://s3.example.com/bucket'],
])('%s is shown as %s', (url, shown) => {
  expect(shownAddress(url)).toBe(shown)
})
