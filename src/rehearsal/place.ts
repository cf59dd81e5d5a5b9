import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, OperatorError } from '../contract/error.ts'
import type { Host } from '../contract/host.ts'
import { tryLock } from '../store/open.ts'

/** A scratch place, and the right to be the only one who rehearses in this state directory. */
export interface Place {
  /** Absolute and real; empty, mode 0700. */
  readonly directory: string
  /** Ends what runs out of it and removes it. @throws OperatorError when something is left */
  clear(): Promise<void>
  release(): void
}

const lockFiles = /^mechanic\.lock/
/** A process is gone at once when it is killed, but its parent has to notice. */
const looks = 20
const between = 50

/**
 * Kills what runs a program that lies in the directory. Nothing else counts as ours: somebody may be
 * looking at a file in it.
 */
async function endProcesses(directory: string, host: Host, pause: Pause): Promise<void> {
  const ours = async (): Promise<readonly number[]> =>
    (await host.processes())
      .filter(({ command, state }) => command.startsWith(`${directory}/`) && state !== 'Z')
      .map(({ pid }) => pid)
  for (let look = 0; look < looks; look++) {
    const left = await ours()
    if (left.length === 0) return
    for (const pid of left) kill(pid)
    await pause(between)
  }
  throw new OperatorError(
    `a process of ${directory} does not end`,
    'Look for it with ps, and kill it.',
  )
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!gone) throw error
  }
}

/** Waits; see {@link Place}. */
export type Pause = (ms: number) => Promise<void>

async function clear(directory: string, host: Host, pause: Pause): Promise<void> {
  try {
    await endProcesses(directory, host, pause)
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError(`${directory} could not be removed: ${messageOf(error)}`, 'Remove it.')
  }
}

/**
 * Removes what rehearsals that were cut short have left. Whoever holds the lock knows that none runs.
 *
 * @returns how many there were
 */
async function sweep(root: string, host: Host, pause: Pause): Promise<number> {
  const left = (await readdir(root)).filter((name) => !lockFiles.test(name))
  for (const name of left) await clear(join(root, name), host, pause)
  return left.length
}

const rootOf = (home: string): string => join(home, 'rehearsal')

/**
 * Takes a scratch place below the state directory, after removing those of earlier runs.
 *
 * @throws OperatorError when a rehearsal runs already, in this process or another
 */
export async function takePlace(home: string, host: Host, pause: Pause): Promise<Place> {
  const lock = locked(home)
  if (lock === null)
    throw new OperatorError('another rehearsal runs', 'Wait until it has ended: 2 minutes at most.')
  try {
    const root = await realpath(rootOf(home))
    await sweep(root, host, pause)
    // mkdtemp(3): mode 0700.
    const directory = await mkdtemp(join(root, 'run-'))
    return {
      directory,
      clear: () => clear(directory, host, pause),
      release: () => lock.release(),
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function locked(home: string) {
  try {
    return tryLock(rootOf(home))
  } catch (error) {
    throw new OperatorError(
      `cannot rehearse in ${rootOf(home)}: ${messageOf(error)}`,
      'See that this user may write there, or set MECHANIC_HOME to another directory.',
      error,
    )
  }
}

/**
 * Removes what rehearsals of earlier runs have left; nothing while one runs.
 *
 * @returns how many there were
 */
export async function sweepPlaces(home: string, host: Host, pause: Pause): Promise<number> {
  const lock = locked(home)
  if (lock === null) return 0
  try {
    return await sweep(await realpath(rootOf(home)), host, pause)
  } finally {
    lock.release()
  }
}
