import { hostname } from '../../backup/hostname.ts'
import { ResticError } from '../../backup/restic/error.ts'
import type { RepositoryLock } from '../../backup/restic/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { t } from '../../contract/message.ts'
import { formatDuration } from '../../contract/units.ts'
import { lockState, type LockView, mayUnlock } from '../../core/backup/locks.ts'
import type { Context, Reach } from './reach.ts'

/** Between two looks whether somebody else is done with the repository. */
const lookEvery = 15_000

/** What this machine knows of those who hold locks. `since`: when the job began, epoch milliseconds. */
export async function lockView({ tool }: Reach, since: number, now: number): Promise<LockView> {
  const name = await hostname(tool)
  const processes = await tool.host.processes()
  const alive = processes.filter(({ name, state }) => name === 'restic' && state !== 'Z')
  return { hostname: name, now, since, alive: new Set(alive.map(({ pid }) => pid)) }
}

/** `root on web1 (process 4711), for 3h 2m`. */
export const holderOf = ({ user, host, pid, at }: RepositoryLock, now: number): string =>
  `${user || 'somebody'} on ${host} (process ${pid}), for ${formatDuration(Math.max(0, now - at))}`

/** @returns whether those of `locks` were removed that were left: nobody else's may go with them */
async function dropLeft(
  { restic, tool }: Reach,
  locks: readonly RepositoryLock[],
  view: LockView,
): Promise<boolean> {
  if (!mayUnlock(locks, view)) return false
  await restic.unlock()
  tool.say('removed a lock that a restic of mine had left')
  return true
}

/** Removes the locks that restics of this very job have left, where nobody else's go with them. */
export async function dropOwnLocks(reach: Reach, since: number, now: number): Promise<void> {
  const locks = await reach.restic.locks()
  if (locks.length > 0) await dropLeft(reach, locks, await lockView(reach, since, now))
}

/** How somebody else is waited for who works on the repository. */
interface Wait {
  /** When the job began, epoch milliseconds. */
  readonly since: number
  /** Also those who share it are in the way. */
  readonly all: boolean
  /** Milliseconds. */
  readonly within: number
}

/** The lock that is in the way; none of what restics of this very job have left is. */
async function inTheWay(reach: Reach, { since, all }: Wait, now: number) {
  const locks = await reach.restic.locks()
  const view = await lockView(reach, since, now)
  if (await dropLeft(reach, locks, view)) return undefined
  const lock = locks.find(({ exclusive }) => all || exclusive)
  return lock && { holder: holderOf(lock, now), isDead: lockState(lock, view) === 'stale' }
}

/** @throws OperatorError when they are not done by then (epoch milliseconds), or have died */
async function awaitFree(reach: Reach, context: Context, wait: Wait, until: number): Promise<void> {
  for (let said = false; ; said = true) {
    const now = context.now()
    const found = await inTheWay(reach, wait, now)
    if (!found) {
      // Much of what is done then does not say how far it is.
      if (said) context.progress(t('backup-job-waited'))
      return
    }
    const { holder, isDead } = found
    const held = `the repository is locked by ${holder}`
    const unlock = `/backup ${reach.config.name} unlock`
    if (isDead) throw new OperatorError(`${held}, who is dead`, `${unlock} removes that lock.`)
    if (now >= until) throw new OperatorError(held, `See who that is: ${unlock} says more.`)
    if (!said) reach.tool.say(`waits for ${holder}`)
    context.progress(t('backup-job-waits', { holder }))
    await context.pause(lookEvery)
  }
}

/** Who is locked out that often meets others who come and go. */
const mostTries = 5

/**
 * Does what needs the repository, and again when somebody was in the way who is done with it now.
 * restic itself finds out about locks: where there are none, nobody has to look.
 *
 * @throws OperatorError when they are not done in time, or have died
 */
export async function whenFree<T>(
  reach: Reach,
  context: Context,
  wait: Wait,
  work: () => Promise<T>,
): Promise<T> {
  const until = context.now() + wait.within
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ResticError) || error.failure !== 'locked' || tries === mostTries)
        throw error
    }
    await awaitFree(reach, context, wait, until)
  }
}
