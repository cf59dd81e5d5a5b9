import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endLeftovers } from './backup/leftovers.ts'
import { copySqlite } from './backup/sqlite/run.ts'
import type { Clock, Timer } from './contract/clock.ts'
import { messageOf } from './contract/error.ts'
import type { Host } from './contract/host.ts'
import type { Log } from './contract/log.ts'
import type { Message } from './contract/message.ts'
import { isWorthTelling, planCopies } from './core/backup/own-copies.ts'
import { ownCopyFailed, ownCopyMade } from './core/say/own-copy.ts'
import type { Store } from './store/store.ts'

export interface OwnCopiesOutside {
  readonly clock: Clock
  readonly log: Log
  readonly host: Host
  readonly store: Store
  /** Path of the state directory. */
  readonly home: string
  readonly redact: (text: string) => string
  /** Writes into the usual chat, without a sound. */
  readonly tell: (message: Message) => void
}

/** The start has more to do than to copy what has just been in use. */
const firstAfter = 60_000
/** Between two looks whether a copy is due, or the last try failed. */
const every = 3_600_000
/** How long a copy may take. */
const within = 30 * 60_000
/** When the last copy was good; when it was told that none is. */
const goodAt = 'own-copy-at'
const toldAt = 'own-copy-told'

/** The day of a time, UTC. */
const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10)

/** The plan, after it was carried out. @throws OperatorError when there is no good copy now */
async function copyDue(
  { host, home }: OwnCopiesOutside,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const directory = join(home, 'backups')
  // Beside the copies, which may be on another disk than the state.
  const scratch = join(directory, '.making')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const { make, remove } = planCopies(await readdir(directory), dayOf(now))
  if (make !== null) {
    const tool = { host, signal, say: (): void => undefined }
    await endLeftovers(tool, scratch)
    await rm(scratch, { recursive: true, force: true })
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    try {
      await copySqlite(join(home, 'mechanic.db'), join(scratch, make), tool)
      await chmod(join(scratch, make), 0o600)
      await rename(join(scratch, make), join(directory, make))
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }
  // Whoever has looked into one with SQLite may have left these beside it.
  const files = remove.flatMap((name) => ['', '-wal', '-shm'].map((end) => `${name}${end}`))
  await Promise.all(files.map((name) => rm(join(directory, name), { force: true })))
}

export type OwnCopies = ReturnType<typeof createOwnCopies>

/**
 * A copy of the bot's own database a day, proven, in `MECHANIC_HOME/backups`. A process of its own
 * copies it, so that the bot never waits for it.
 */
export function createOwnCopies(outside: OwnCopiesOutside) {
  const { clock, log, store, redact, tell } = outside
  const stop = new AbortController()
  let timer: Timer | undefined
  let turn: Promise<void> = Promise.resolve()

  const well = (now: number): void => {
    store.meta.set(goodAt, now)
    if (store.meta.number(toldAt) === null) return
    store.atomically(() => {
      store.meta.clear(toldAt)
      tell(ownCopyMade(now))
    })
  }

  const failed = (error: unknown, now: number): void => {
    const why = redact(messageOf(error))
    log.error({ err: error }, 'the own database was not copied')
    const last = store.meta.number(goodAt)
    // Where there never was one, the patience begins now.
    if (last === null) return store.meta.set(goodAt, now)
    if (!isWorthTelling(last, now) || store.meta.number(toldAt) !== null) return
    store.atomically(() => {
      store.meta.set(toldAt, now)
      tell(ownCopyFailed({ at: now, last, why }))
    })
  }

  const look = async (): Promise<void> => {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(within)])
    try {
      await copyDue(outside, clock.now(), signal)
      well(clock.now())
    } catch (error) {
      if (!stop.signal.aborted) failed(error, clock.now())
    }
  }

  const wait = (ms: number): void => {
    timer = clock.after(ms, () => {
      turn = look()
        .catch((error: unknown) => log.error({ err: error }, 'the own copies could not be noted'))
        .finally(() => {
          if (!stop.signal.aborted) wait(every)
        })
    })
  }

  return {
    start: (): void => wait(firstAfter),
    /** Ends when nothing of it runs any more. */
    async stop(): Promise<void> {
      stop.abort()
      timer?.cancel()
      await turn
    },
  }
}
