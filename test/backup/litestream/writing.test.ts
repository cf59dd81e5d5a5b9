import { expect, test } from 'vitest'
import { createWriting } from '../../../src/backup/litestream/writing.ts'

const say = (message: string, at = 0) => ({ at, level: 'INFO', message })

test('a segment that arrives covers what was there when it was begun', () => {
  const writing = createWriting(60)
  expect(writing.take(say('write wal segment', 1_000), 0)).toBe(null)
  expect(writing.take(say('wal segment written', 1_500), 10)).toBe(1_000)
  expect(writing.take(say('wal segment written', 1_600), 11)).toBe(null)
  expect(writing.isStuck(10_000)).toBe(false)
})

test('what does not end is stuck, once, and next time it gets twice as long', () => {
  const writing = createWriting(60)
  writing.take(say('write wal segment'), 0)
  expect(writing.isStuck(60)).toBe(false)
  expect(writing.isStuck(61)).toBe(true)
  expect(writing.isStuck(62)).toBe(false)
  writing.take(say('write wal segment'), 100)
  expect(writing.isStuck(220)).toBe(false)
  expect(writing.isStuck(221)).toBe(true)
  writing.take(say('write wal segment'), 300)
  writing.take(say('wal segment written'), 301)
  writing.take(say('write wal segment'), 400)
  expect(writing.isStuck(461)).toBe(true)
})

test('a snapshot may take longer, and what has ended is waited for no more', () => {
  const writing = createWriting(60)
  writing.take(say('write snapshot'), 0)
  expect(writing.isStuck(900)).toBe(false)
  expect(writing.isStuck(901)).toBe(true)
  writing.take(say('write snapshot'), 1_000)
  writing.clear()
  expect(writing.isStuck(100_000)).toBe(false)
})
