import { z } from 'zod'
import type { BackupFacts } from '../src/contract/backup.ts'
import type { ProbeContext } from '../src/contract/check.ts'
import { defineCheck } from '../src/contract/check.ts'
import { duration, flag } from '../src/contract/metric.ts'
import type { Reading } from '../src/contract/reading.ts'
import { formatDuration } from '../src/contract/units.ts'

type Metrics = 'age' | 'failing' | 'failed' | 'overdue' | 'unproven' | 'lag'

const params = z.strictObject({
  backup: z.string().describe('a name under `backups`'),
})

/** Worst first, in the words of whoever has to do something about it. */
function saw({ newest, failure, trust, proof, lag, trouble }: BackupFacts, now: number): string {
  const wrong = [
    ...(newest === undefined
      ? [trust === 'new' ? 'not taken yet' : 'there is no good snapshot']
      : []),
    ...(failure ? [`no good run for ${formatDuration(now - failure.at)}: ${failure.why}`] : []),
    ...(trust === 'failed' ? ['the last trial failed'] : []),
    ...(trust === 'overdue'
      ? [proof === undefined ? 'never proven' : `last proven ${formatDuration(now - proof)} ago`]
      : []),
    ...(trouble === undefined ? [] : [`the replica: ${trouble}`]),
    ...(lag === null && trouble === undefined
      ? ['nobody can tell how far the replica is behind']
      : []),
  ]
  if (wrong.length > 0) return wrong.join('; ').slice(0, 300)
  const behind = typeof lag === 'number' ? [`its replica is ${formatDuration(lag)} behind`] : []
  return [`${formatDuration(now - (newest ?? now))} old`, trust, ...behind].join(', ')
}

/** A clock that was set back makes nothing younger than new. */
const since = (at: number, now: number): number => Math.max(0, now - at)

const reading = (facts: BackupFacts, now: number): Reading<Metrics> => ({
  subject: '',
  metrics: {
    // What never ran is as old as its entry in the config.
    age: since(facts.newest ?? facts.known, now),
    failing: facts.failure ? since(facts.failure.at, now) : 0,
    failed: facts.trust === 'failed',
    overdue: facts.trust === 'overdue',
    unproven: ['new', 'none', 'unproven'].includes(facts.trust),
    ...(facts.lag !== undefined && { lag: facts.lag }),
  },
  saw: saw(facts, now),
})

async function probe(
  { backup }: z.output<typeof params>,
  { backups, now }: ProbeContext,
): Promise<readonly Reading<Metrics>[]> {
  return [reading(backups.get(backup), now)]
}

const day = 86_400_000
const now = 1_800_000_000_000
const proven: BackupFacts = {
  known: now - 90 * day,
  newest: now - day / 2,
  trust: 'proven',
  proof: now - 3 * day,
}

export default defineCheck({
  kind: 'backup',
  summary: 'A backup: its age, whether its runs and trials fail, how far its replica is behind.',
  params,
  metrics: {
    age: duration('age of the newest good snapshot'),
    failing: duration('time since its runs began to fail'),
    failed: flag('its last drill or verification failed'),
    overdue: flag('its last proof is older than its schedule allows'),
    unproven: flag('nobody has restored it yet'),
    lag: duration('how far its replica is behind'),
  },
  defaults: { warning: 'failing > 6h' },
  conditions: ['failed', 'overdue'],
  advice: 'See /backup: it says why, and runs, verifies or drills it by a button.',
  probe,
  examples: [
    {
      title: 'a backup that was proven',
      params: { backup: 'app-db' },
      facts: { backup: proven },
      readings: [reading(proven, now)],
    },
  ],
})
