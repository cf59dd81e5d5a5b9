import { describe, expect, test } from 'vitest'
import { ResticError } from '../../../src/backup/restic/error.ts'
import type { Restic } from '../../../src/backup/restic/restic.ts'
import type { RepositoryLock, ResticFailure } from '../../../src/backup/restic/types.ts'
import type { Text } from '../../../src/contract/message.ts'
import { whenFree } from '../../../src/jobs/backup/locks.ts'
import type { Context, Reach } from '../../../src/jobs/backup/reach.ts'

const start = 1_800_000_000_000
const minute = 60_000
const failure = (kind: ResticFailure): ResticError => new ResticError(kind, kind)

/** Somebody on another machine. */
const lock = (fields: Partial<RepositoryLock> = {}): RepositoryLock => ({
  id: 'a',
  at: start - minute,
  exclusive: true,
  host: 'other',
  user: 'root',
  pid: 7,
  ...fields,
})

/** Work that meets these answers in turn, then goes well; what is seen of locks, then nothing. */
async function meet({
  answers,
  locks = [],
  all = false,
}: {
  readonly answers: readonly ResticFailure[]
  readonly locks?: readonly (readonly RepositoryLock[])[]
  readonly all?: boolean
}) {
  let [now, tries, looks, unlocked] = [start, 0, 0, 0]
  const progress: Text[] = []
  const reach = {
    config: { name: 'site' },
    restic: {
      async locks() {
        looks += 1
        return locks[looks - 1] ?? []
      },
      unlock: async () => void (unlocked += 1),
    } satisfies Partial<Restic>,
    tool: {
      host: { run: async () => ({ out: 'main\n', err: '' }), processes: async () => [] },
      say: () => undefined,
    },
  }
  const context = {
    now: () => now,
    pause: async (ms: number) => void (now += ms),
    progress: (text: Text) => void progress.push(text),
  }
  const wait = { since: start, all, within: 10 * minute }
  // As much of them as waiting uses.
  const parts = [reach as unknown as Reach, context as unknown as Context] as const
  const done = whenFree(...parts, wait, async () => {
    const answer = answers[tries]
    tries += 1
    if (answer !== undefined) throw failure(answer)
    return 'done'
  })
  const end = await done.catch((error: unknown) => String(error))
  return { end, tries, looks, unlocked, waited: now - start, progress }
}

describe('what needs a repository', () => {
  test('looks for no lock while nobody is in the way', async () => {
    expect(await meet({ answers: [] })).toMatchObject({ end: 'done', tries: 1, looks: 0 })
  })

  test('waits for who is in the way, says so, and is done then', async () => {
    const seen = await meet({ answers: ['locked'], locks: [[lock()], [lock()]] })
    expect(seen).toMatchObject({ end: 'done', tries: 2, looks: 3, waited: 30_000 })
    expect(seen.progress).toMatchObject([
      { id: 'backup-job-waits', args: { holder: 'root on other (process 7), for 1m' } },
      { id: 'backup-job-waits' },
      { id: 'backup-job-waited' },
    ])
  })

  test('waits for those who share it only where it needs it alone', async () => {
    const shared = { answers: ['locked'], locks: [[lock({ exclusive: false })]] } as const
    expect(await meet(shared)).toMatchObject({ end: 'done', waited: 0 })
    expect(await meet({ ...shared, all: true })).toMatchObject({ end: 'done', waited: 15_000 })
  })

  test('has a lock removed that a restic of its own has left, but not beside that of another', async () => {
    const left = lock({ host: 'main', at: start })
    const own = await meet({ answers: ['locked'], locks: [[left]] })
    expect(own).toMatchObject({ end: 'done', tries: 2, unlocked: 1, waited: 0 })
    const beside = await meet({ answers: ['locked'], locks: [[left, lock()]] })
    expect(beside).toMatchObject({ end: 'done', unlocked: 0, waited: 15_000 })
  })

  test('does not wait for the dead, nor for ever', async () => {
    const dead = await meet({ answers: ['locked'], locks: [[lock({ at: start - 31 * minute })]] })
    expect(dead).toMatchObject({ tries: 1, waited: 0 })
    expect(dead.end).toContain('root on other (process 7), for 31m, who is dead')
    const long = await meet({
      answers: ['locked'],
      locks: Array.from({ length: 99 }, () => [lock({ at: start })]),
    })
    expect(long).toMatchObject({ tries: 1, waited: 10 * minute })
    expect(long.end).toContain('the repository is locked by root on other')
  })

  test('is given up where somebody is in the way each time, and at once for all else', async () => {
    const always = await meet({ answers: Array(99).fill('locked') })
    expect(always).toMatchObject({ tries: 5, looks: 4 })
    expect(always.end).toContain('locked')
    expect(await meet({ answers: ['full'] })).toMatchObject({ tries: 1, looks: 0 })
  })
})
