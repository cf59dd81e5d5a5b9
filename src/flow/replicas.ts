import type { BackupConfig, Config } from '../config/types.ts'
import type { Clock, Timer } from '../contract/clock.ts'
import { messageOf } from '../contract/error.ts'
import type { Log } from '../contract/log.ts'
import type { Store } from '../store/store.ts'

/** A database that is replicated as it is written. */
export interface Replica {
  /** Epoch milliseconds: everything that was written before is in the replica. */
  heldUntil(): number
  /** What is wrong with it, in words for the operator. */
  problem(): string | null
  /** Ends when nothing of it runs any more. */
  stop(): Promise<void>
}

/** Begins to replicate what a backup is of; `since`: up to when its replica was known to be whole. */
export type Replicate = (config: BackupConfig, since: number) => Replica

export interface ReplicasOutside {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly config: () => Config
  readonly replicate: Replicate
}

interface Running {
  readonly config: BackupConfig
  readonly replica: Replica
  readonly since: number
  readonly openedAt: number
}

export type Replicas = ReturnType<typeof createReplicas>

const noteEvery = 60_000
/** For so long after its start nobody can tell how a replica stands. */
const settling = 60_000

/** Two that replicate the same in the same way. */
const isSame = (one: BackupConfig, other: BackupConfig): boolean =>
  [one, other]
    .map(({ source, host, password, env, continuous }) =>
      JSON.stringify([source, host, password, env, continuous]),
    )
    .every((text, _, [first]) => text === first)

/** The databases that are replicated as they are written, as the config says. */
export function createReplicas({ clock, log, store, config, replicate }: ReplicasOutside) {
  const running = new Map<string, Running>()
  /** Those that end: another one at the same database must wait for them. */
  const ending = new Map<string, Promise<void>>()
  let timer: Timer | null = null
  let isOn = false
  const noteName = (name: string): string => `replica:${name}`

  const note = (): void => {
    for (const [name, { replica }] of running) store.meta.note(noteName(name), replica.heldUntil())
  }

  const end = (name: string, { replica }: Running): void => {
    running.delete(name)
    const ended = replica.stop().finally(() => {
      ending.delete(name)
      if (isOn) begin()
    })
    ending.set(name, ended)
  }

  /** What the config asks for may be impossible here: that must not keep the bot from its work. */
  const open = (one: BackupConfig, since: number): Replica => {
    try {
      return replicate(one, since)
    } catch (error) {
      const problem = messageOf(error)
      log.error({ backup: one.name, problem }, 'not replicated')
      return { heldUntil: () => since, problem: () => problem, stop: () => Promise.resolve() }
    }
  }

  const begin = (): void => {
    for (const one of config().backups) {
      const { name, continuous } = one
      if (!continuous || running.has(name) || ending.has(name)) continue
      const since = store.meta.number(noteName(name)) ?? clock.now()
      const openedAt = clock.monotonic()
      running.set(name, { config: one, since, openedAt, replica: open(one, since) })
    }
  }

  const tick = (): void => {
    timer = clock.after(noteEvery, () => {
      try {
        note()
      } catch (error) {
        // The rounds tell of a database that cannot be used; the next note makes up for this one.
        log.error({ err: error }, 'how the replicas stand could not be noted')
      }
      tick()
    })
  }

  return {
    start(): void {
      isOn = true
      begin()
      tick()
    },
    /** A new config is in force. */
    reconfigure(): void {
      const wanted = new Map(config().backups.map((one) => [one.name, one]))
      for (const [name, one] of running) {
        const now = wanted.get(name)
        if (!now?.continuous) store.meta.clear(noteName(name))
        if (!now || !isSame(now, one.config)) end(name, one)
      }
      begin()
    },
    /** Writes down how they stand; nothing is written from then on. */
    rest(): void {
      isOn = false
      timer?.cancel()
      note()
    },
    /** Ends all of them. The store may be closed already. */
    async stop(): Promise<void> {
      isOn = false
      for (const [name, one] of running) end(name, one)
      await Promise.all(ending.values())
    },
    /** Milliseconds that a replica is behind; null while nobody can tell. */
    lag(name: string): number | null {
      const one = running.get(name)
      if (!one) return null
      const until = one.replica.heldUntil()
      const isNew = clock.monotonic() - one.openedAt < settling
      return isNew && until === one.since ? null : Math.max(0, clock.now() - until)
    },
    /** What is wrong with a replica. */
    problem: (name: string): string | null => running.get(name)?.replica.problem() ?? null,
  }
}
