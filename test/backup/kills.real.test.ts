import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { hasRestic } from '../support/repositories.ts'
import { postgresBin, postgresServer } from '../support/postgres.ts'
import { type Arena, createArena, type Name, until } from './kills/arena.ts'

/** How often something is killed. */
const kills = Number(process.env['BACKUP_KILLS'] ?? 10)

/** Repeats a run that failed: its number is in the message of the failure. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const victims = ['bot', 'restic', 'pg_dump'] as const
type Victim = (typeof victims)[number]

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Kills one of them at a moment that nobody chose. */
async function kill(arena: Arena, victim: Victim, after: number): Promise<string> {
  await sleep(after)
  if (victim === 'bot') {
    await arena.restart()
    return 'bot'
  }
  const pattern = victim === 'restic' ? /^restic / : /pg_dump/
  while (arena.running()) {
    const [pid] = arena.pids(pattern)
    if (pid !== undefined) {
      end(pid)
      return victim
    }
    await sleep(5)
  }
  return 'nobody'
}

/** The message of a job says what came of it, and nothing else. */
function truth(arena: Arena, name: Name, job: number): readonly string[] {
  const verdicts = arena.verdicts(job)
  const good = verdicts.find(({ verdict }) => verdict === 'good')
  const held = arena.snapshots(name)
  const told = arena.told(name)
  const says = told.startsWith(`✅ Backed up ${name}`)
  return [
    ...(good && !held.includes(good.snapshot ?? '')
      ? ['a good run whose snapshot is not there']
      : []),
    ...(says === (good !== undefined) ? [] : [`told: ${told}`]),
    ...(verdicts.length === 0 ? ['nothing was written down'] : []),
    ...(!says && !told.includes(`${name} was not backed up`) ? [`told: ${told}`] : []),
  ]
}

const server = postgresServer()

async function round(arena: Arena, name: Name, victim: Victim | null, after: number) {
  const before = arena.ended().length
  await arena.order(name)
  await until('the job begins', () => arena.ended().length > before)
  const killed = victim === null ? 'nobody' : await kill(arena, victim, after)
  await until('the job ends', () => !arena.running())
  const job = arena.ended().at(-1)
  await until('the end is told', () => !arena.talks())
  const faults = [...arena.faults(name), ...truth(arena, name, job?.id ?? 0)]
  const left = arena.pids(/./)
  return { killed, job, faults: left.length > 0 ? [...faults, `runs: ${left.join()}`] : faults }
}

describe.skipIf(!hasRestic || postgresBin === null)('whatever is killed', () => {
  test(
    `${kills} kills leave no lock, no scratch, no process, and a message that is true`,
    { timeout: 120_000 + kills * 60_000 },
    async () => {
      const seed = Date.now() % 1_000_000
      const roll = dice(seed)
      const arena = await createArena(server())
      await arena.standin.waitForPoll(30_000)
      const names = ['site', 'db'] as const
      for (const name of names) {
        const first = await round(arena, name, null, 0)
        expect({ seed, ...first }).toMatchObject({ job: { outcome: 'backed-up' }, faults: [] })
      }
      const seen: string[] = []
      for (let turn = 0; turn < kills; turn += 1) {
        const victim = victims[roll(3)] ?? 'bot'
        const name = victim === 'pg_dump' ? 'db' : (names[roll(2)] ?? 'site')
        const { killed, job, faults } = await round(arena, name, victim, roll(5_000))
        seen.push(`${name} ${killed}: ${job?.outcome}`)
        expect({ seed, turn, last: seen.at(-1), faults }).toEqual({
          seed,
          turn,
          last: seen.at(-1),
          faults: [],
        })
      }
      console.log(seen.join('\n'))
      for (const name of names) {
        const last = await round(arena, name, null, 0)
        expect({ seed, ...last }).toMatchObject({ job: { outcome: 'backed-up' }, faults: [] })
      }
      expect(arena.output()).not.toMatch(/"level":60/)
    },
  )
})
