import { expect, test } from 'vitest'
import backup from '../../checks/backup.ts'
import type { BackupFacts } from '../../src/contract/backup.ts'
import { probeOne } from './run.ts'

const day = 86_400_000
const now = 1_800_000_000_000

const look = (facts: Partial<BackupFacts>) =>
  probeOne(
    backup,
    { backup: 'app-db' },
    { backup: { known: now - 90 * day, newest: now - day, trust: 'proven', ...facts }, now },
  )

test('the age is that of the data in the newest good snapshot', async () => {
  const { metrics, saw } = await look({ proof: now - day })
  expect(metrics).toEqual({
    age: day,
    failing: 0,
    failed: false,
    overdue: false,
    unproven: false,
  })
  expect(saw).toBe('1d old, proven')
})

test('what never ran is as old as its entry in the config', async () => {
  const facts: BackupFacts = { known: now - 2 * day, trust: 'none' }
  const { metrics, saw } = await probeOne(backup, { backup: 'b' }, { backup: facts, now })
  expect(metrics).toMatchObject({ age: 2 * day, unproven: true })
  expect(saw).toBe('there is no good snapshot')
})

test('what was not due yet is told as such', async () => {
  const facts: BackupFacts = { known: now - 60_000, trust: 'new', trouble: 'no WAL', lag: null }
  const { metrics, saw } = await probeOne(backup, { backup: 'b' }, { backup: facts, now })
  expect(metrics).toMatchObject({ unproven: true })
  expect(saw).toBe('not taken yet; the replica: no WAL')
})

test('runs that fail are told with how long, and why', async () => {
  const { metrics, saw } = await look({ failure: { at: now - day / 2, why: 'NAS is away' } })
  expect(metrics['failing']).toBe(day / 2)
  expect(saw).toBe('no good run for 12h: NAS is away')
})

test.each<[Partial<BackupFacts>, string, string]>([
  [{ trust: 'failed' }, 'failed', 'the last trial failed'],
  [{ trust: 'overdue' }, 'overdue', 'never proven'],
  [{ trust: 'overdue', proof: now - 12 * day }, 'overdue', 'last proven 12d ago'],
  [{ trust: 'unproven' }, 'unproven', '1d old, unproven'],
])('%o', async (facts, metric, words) => {
  const { metrics, saw } = await look(facts)
  expect(metrics[metric]).toBe(true)
  expect(saw).toBe(words)
})

test('a lag that nobody can tell is unknown, neither good nor bad', async () => {
  expect((await look({ lag: 4_000 })).metrics['lag']).toBe(4_000)
  const { metrics, saw } = await look({ lag: null })
  expect(metrics['lag']).toBe(null)
  expect(saw).toBe('nobody can tell how far the replica is behind')
})

test('why a replica is behind is said', async () => {
  const { saw } = await look({ lag: 90_000, trouble: 'AccessDenied; see the keys' })
  expect(saw).toBe('the replica: AccessDenied; see the keys')
})

test('a clock that was set back makes nothing younger than new', async () => {
  const { metrics } = await look({ newest: now + day, failure: { at: now + day, why: '' } })
  expect(metrics).toMatchObject({ age: 0, failing: 0 })
})
