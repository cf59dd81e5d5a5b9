import type { BackupConfig, Config } from '../../config/types.ts'
import type { BackupFacts, Backups, Trust } from '../../contract/backup.ts'
import type { Clock } from '../../contract/clock.ts'
import { allowedBetween, isDue, trustOf } from '../../core/backup/trust.ts'
import type { BackupProof, BackupRun } from '../../store/backups.ts'
import type { Store } from '../../store/store.ts'
import type { Runs } from '../outside.ts'
import { backupNamed } from './named.ts'

export interface KnowingOutside {
  readonly clock: Pick<Clock, 'now'>
  readonly backups: Pick<Store['backups'], 'known' | 'own' | 'good' | 'lastProof' | 'lastProven'>
  readonly runs: Runs
  config(): Config
  /** How far the replica of a continuous backup is behind; null while nobody can tell. */
  lag(backup: string): number | null
  /** What is wrong with that replica, in words; null while nothing is. */
  trouble(backup: string): string | null
}

/** All that is known of a backup. */
export interface Known {
  readonly config: BackupConfig
  /** When it was first configured, epoch milliseconds. */
  readonly since: number
  readonly newest?: BackupRun
  /** The last run, where that was not good. */
  readonly failed?: BackupRun
  /** When its runs began not to be good. */
  readonly failing?: number
  readonly trust: Trust
  readonly drill?: BackupProof
  readonly verify?: BackupProof
  /** When a restore was last proven. */
  readonly proven?: number
  readonly lag?: number | null
  readonly trouble?: string
}

/** Runs to come that show how regular a schedule is. */
const looked = 24
/** More runs in a row than this are not looked at to see since when they fail. */
const mostFailed = 200

/** What is known of the backups: runs and proofs, and what follows from them. */
export function createKnowing({ clock, backups, runs, config, lag, trouble }: KnowingOutside) {
  /** By pattern and zone: how regular a schedule is does not change. */
  const allowances = new Map<string, number>()

  const allowedBy = (pattern: string, zone: string): number => {
    const key = `${pattern} ${zone}`
    const known = allowances.get(key)
    if (known !== undefined) return known
    const allowed = allowedBetween(runs(pattern, zone, looked))
    allowances.set(key, allowed)
    return allowed
  }

  const failureOf = (name: string): Pick<Known, 'failed' | 'failing'> => {
    const [last] = backups.own(name, 1)
    if (!last || last.verdict === 'good') return {}
    const lately = backups.own(name, mostFailed)
    const good = lately.findIndex(({ verdict }) => verdict === 'good')
    const first = lately.slice(0, good === -1 ? lately.length : good).at(-1) ?? last
    return { failed: last, failing: first.endedAt }
  }

  const isDueBy = ({ name, schedule, maxAge }: BackupConfig, since: number, now: number) => {
    if (backups.own(name, 1).length > 0) return true
    const to = schedule === undefined ? [] : runs(schedule, config().timezone, looked)
    return isDue(since, { runs: to, ...(maxAge !== undefined && { maxAge }) }, now)
  }

  const of = (name: string): Known => {
    const own = backupNamed(config(), name)
    const now = clock.now()
    const since = backups.known(name) ?? now
    const [newest] = backups.good(name, 1)
    const drill = backups.lastProof(name, 'drill')
    const verify = backups.lastProof(name, 'verify')
    const proven = backups.lastProven(name, 'drill')?.at
    const planned = own.drill.schedule
    const allowed =
      planned === undefined ? allowedBetween([]) : allowedBy(planned, config().timezone)
    const wrong = own.continuous ? trouble(name) : null
    const exists = newest !== undefined
    const due = !exists && isDueBy(own, since, now)
    return {
      config: own,
      since,
      ...(newest && { newest }),
      ...failureOf(name),
      trust: trustOf({ exists, due, known: since, drill, verify, proven, allowed }, now),
      ...(drill && { drill }),
      ...(verify && { verify }),
      ...(proven !== undefined && { proven }),
      ...(own.continuous && { lag: lag(name) }),
      ...(wrong !== null && { trouble: wrong }),
    }
  }

  return {
    /** @throws OperatorError when there is no such backup */
    of,
    all: (): readonly Known[] => config().backups.map(({ name }) => of(name)),
    facts: { get: (name) => factsOf(of(name)) } satisfies Backups,
  }
}

export type Knowing = ReturnType<typeof createKnowing>

const factsOf = (known: Known): BackupFacts => {
  const { since, newest, failed, failing, trust, proven, lag, trouble } = known
  return {
    known: since,
    ...(newest && { newest: newest.at ?? newest.endedAt }),
    ...(failed && { failure: { at: failing ?? failed.endedAt, why: failed.why ?? '' } }),
    trust,
    ...(proven !== undefined && { proof: proven }),
    ...(lag !== undefined && { lag }),
    ...(trouble !== undefined && { trouble }),
  }
}
