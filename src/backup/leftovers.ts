import { setTimeout } from 'node:timers/promises'
import { OperatorError } from '../contract/error.ts'
import type { ProcessFacts } from '../contract/host.ts'
import type { Tool } from './tool.ts'

/** Milliseconds that a process may take to end by itself when it is asked to, before SIGKILL. */
const patience = 10_000
/** How long the kernel may take after that; a process stuck in a driver never ends. */
const lastWait = 5_000
/** How long one may be waiting for a disk before it is looked at without. */
const hiddenWait = 2_000
/** What they start in turn comes to an end; something that is started again and again does not. */
const mostRounds = 5
/** The kernel thread that all others descend from: Documentation/core-api/kthread. */
const kthreadd = 2
/** Between two looks. */
const step = 200

/** Waits so many milliseconds. */
export type Wait = (ms: number) => Promise<void>

/** Whether a command line names a path, or something below it; not one that only begins like it. */
const names = (command: string, path: string): boolean => {
  for (let at = command.indexOf(path); at >= 0; at = command.indexOf(path, at + 1)) {
    const next = command[at + path.length] ?? ''
    if (!/[\w.-]/.test(next)) return true
  }
  return false
}

/** The process that asks, and all that it descends from: none of them is left over. */
function ancestors(all: readonly ProcessFacts[], pid: number): ReadonlySet<number> {
  const parents = new Map(all.map((one) => [one.pid, one.parent]))
  const found = new Set<number>()
  for (let at: number | undefined = pid; at !== undefined && !found.has(at); at = parents.get(at))
    found.add(at)
  return found
}

/** A zombie has ended; only its parent can remove it. */
const lives = ({ state }: ProcessFacts): boolean => state !== 'Z' && state !== 'X'

/** Of a process that waits for a disk the command line cannot be read; the kernel's own have none. */
const isHidden = ({ state, parent }: ProcessFacts): boolean => state === 'D' && parent !== kthreadd

async function leftAt({ host }: Tool, path: string, wait: Wait): Promise<readonly ProcessFacts[]> {
  for (let waited = 0; ; waited += step) {
    const all = await host.processes()
    const ours = ancestors(all, process.pid)
    const left = all.filter((one) => lives(one) && !ours.has(one.pid) && names(one.command, path))
    const mayBeMore = waited < hiddenWait && all.some(isHidden)
    if (left.length > 0 || !mayBeMore) return left
    await wait(step)
  }
}

type Word = 'INT' | 'TERM' | 'KILL'

/**
 * What asks a program to end and clean up. restic < 0.17 removes its lock for this one alone, and
 * PostgreSQL does not wait for its clients.
 */
const gentle = ({ name }: ProcessFacts): Word =>
  name === 'restic' || name === 'postgres' ? 'INT' : 'TERM'

async function signalAll(
  { host, signal }: Tool,
  left: readonly ProcessFacts[],
  wordOf: (one: ProcessFacts) => Word,
): Promise<void> {
  for (const [word, some] of Map.groupBy(left, wordOf)) {
    // The shell's own: there need not be another.
    const argv = ['sh', '-c', 'kill -s "$@"', 'sh', word] as const
    await host.run([...argv, ...some.map(({ pid }) => String(pid))], { signal })
  }
}

const isSame = (one: ProcessFacts) => (other: ProcessFacts) =>
  one.pid === other.pid && one.started === other.started

/** Those that are still there after at most so many milliseconds. */
async function survivors(
  { host, signal }: Tool,
  asked: readonly ProcessFacts[],
  within: number,
  wait: Wait,
): Promise<readonly ProcessFacts[]> {
  for (let waited = 0; ; waited += step) {
    signal.throwIfAborted()
    const all = (await host.processes()).filter(lives)
    const left = asked.filter((one) => all.some(isSame(one)))
    if (left.length === 0 || waited >= within) return left
    await wait(step)
  }
}

async function endAll(tool: Tool, left: readonly ProcessFacts[], wait: Wait): Promise<void> {
  await signalAll(tool, left, gentle)
  const deaf = await survivors(tool, left, patience, wait)
  if (deaf.length > 0) await signalAll(tool, deaf, () => 'KILL')
  const [stuck] = await survivors(tool, deaf, lastWait, wait)
  if (stuck)
    throw new OperatorError(
      `${stuck.name} (process ${stuck.pid}) on ${tool.host.name} was left over and cannot be ended`,
      'It may wait for a device: see `ps -o stat,wchan`, or restart the machine.',
    )
}

/**
 * Ends the processes that the bot left when it was killed: those whose command line names a path that
 * is the bot's alone. Returns how many they were.
 *
 * @throws OperatorError when one cannot be ended, or is started again and again
 */
export async function endLeftovers(
  tool: Tool,
  path: string,
  wait: Wait = (ms) => setTimeout(ms),
): Promise<number> {
  let ended = 0
  for (let round = 0; round < mostRounds; round += 1) {
    tool.signal.throwIfAborted()
    const left = await leftAt(tool, path, wait)
    if (left.length === 0) return ended
    await endAll(tool, left, wait)
    ended += left.length
  }
  throw new OperatorError(
    `What was left over at ${path} on ${tool.host.name} is started again and again`,
    'See who does: `ps -ef --forest`.',
  )
}
