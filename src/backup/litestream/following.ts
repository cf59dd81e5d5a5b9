import type { Timer } from '../../contract/clock.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { heldUntil } from '../../core/backup/lag.ts'
import type { ReplicaOutside } from './replica.ts'
import { generationsOf } from './restore.ts'
import type { Replicated } from './run.ts'
import { type LogLine, logLine } from './words.ts'
import { createWriting } from './writing.ts'

/** Between two looks at the database, milliseconds. */
const every = 5_000
/** A Litestream that has nothing to write says nothing: the replica itself is asked after so long. */
const silentFor = 15_000
const askAgain = 60_000
/** How long a listing may take. */
const listingWithin = 60_000
/** Clocks of replicas show whole seconds, and may go a little wrong. */
const slack = 5_000
/** The same trouble is written into the log once in so long. */
const sayAgain = 10 * 60_000
const longestProblem = 300
const restarted = 'it is started again; see that the place of the replica can be written to'

/** How far a replica follows its database, by what Litestream says and what the file system shows. */
export interface Following {
  /** Litestream was started; `stuck` is called when it will not end what it began to write. */
  begun(of: string, stuck: (problem: OperatorError) => void): void
  ended(): void
  /** Of the database that Litestream followed last; null before the first. */
  inode(): string | null
  /** Takes output of Litestream, in whole lines. */
  take(output: string): void
  fail(error: unknown): void
  heldUntil(): number
  problem(): string | null
  stop(): void
}

interface Life {
  /** Monotonic milliseconds. */
  readonly since: number
  readonly stuck: (problem: OperatorError) => void
}

export function createFollowing(
  replicated: Replicated,
  database: string,
  since: number,
  { host, clock, log, redact, patience }: Omit<ReplicaOutside, 'directory'>,
  signal: AbortSignal,
): Following {
  let held = since
  let covered: number | null = null
  const writing = createWriting(patience)
  let life: Life | null = null
  /** Litestream holds on to its file, also where another one has got the name. */
  let inode: string | null = null
  let askedAt = -Infinity
  let problem: string | null = null
  let told: { readonly text: string; readonly at: number } | null = null
  let timer: Timer | null = null

  const trouble = (text: string): void => {
    problem = redact(text).slice(0, longestProblem)
    const now = clock.monotonic()
    if (told?.text === problem && now - told.at < sayAgain) return
    told = { text: problem, at: now }
    log.warn({ database, problem }, 'a replica has trouble')
  }

  const wellAgain = (): void => {
    if (told) log.info({ database }, 'a replica goes on')
    problem = null
    told = null
  }

  const line = (said: LogLine): void => {
    const whole = writing.take(said, clock.monotonic())
    if (whole !== null) {
      covered = Math.max(covered ?? 0, whole)
      wellAgain()
    }
    if (said.level === 'ERROR') trouble(said.error ?? said.message)
  }

  /** Of its log, which every change goes through; of the database itself where it has none. */
  const written = async (): Promise<number | null> => {
    const wal = await host.files.look(`${database}-wal`)
    const facts = wal && wal.size > 0 ? wal : await host.files.look(database)
    return facts?.modified ?? null
  }

  /** Asks the replica up to when it goes. */
  const ask = async (): Promise<void> => {
    askedAt = clock.monotonic()
    const late = new AbortController()
    const limit = clock.after(listingWithin, () => late.abort(new Error('it took too long')))
    try {
      const asking = { host, signal: AbortSignal.any([signal, late.signal]) }
      const ends = (await generationsOf(replicated, asking)).map(({ to }) => to + slack)
      if (ends.length > 0) covered = Math.max(covered ?? 0, ...ends)
    } finally {
      limit.cancel()
    }
  }

  const look = async (): Promise<void> => {
    const now = clock.monotonic()
    if (writing.isStuck(now))
      life?.stuck(new OperatorError('Litestream does not get on with what it writes', restarted))
    const facts = await host.files.look(database)
    if (life && facts && facts.inode !== inode)
      life.stuck(new OperatorError('the database was replaced by another one', 'it is begun anew'))
    const isSilent = life !== null && now - life.since >= silentFor && covered === null
    if (isSilent && now - askedAt >= askAgain) await ask()
    const sight = { now: clock.now(), running: life !== null, covered }
    held = heldUntil(held, { ...sight, written: await written() })
  }

  const turn = (): void => {
    timer = clock.after(every, () => {
      void look()
        .catch((error: unknown) => {
          if (!signal.aborted) trouble(messageOf(error))
        })
        .finally(() => {
          if (!signal.aborted) turn()
        })
    })
  }
  turn()

  return {
    begun(of, stuck) {
      // What is in the replica is not of this file.
      if (inode !== null && inode !== of) covered = null
      inode = of
      life = { since: clock.monotonic(), stuck }
    },
    inode: () => inode,
    ended() {
      life = null
      writing.clear()
    },
    take(output) {
      for (const text of output.split('\n')) {
        const read = logLine(text)
        if (read) line(read)
      }
    },
    fail(error) {
      if (signal.aborted) return
      const advice = error instanceof OperatorError && error.advice ? `; ${error.advice}` : ''
      trouble(`${messageOf(error)}${advice}`)
    },
    heldUntil: () => held,
    problem: () => problem,
    stop: () => timer?.cancel(),
  }
}
