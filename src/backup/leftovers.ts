import { setTimeout } from 'node:timers/promises'
import { OperatorError } from '../contract/error.ts'
import type { ProcessFacts } from '../contract/host.ts'
import type { Tool } from './tool.ts'

/** Milliseconds that a process may take to end by itself after SIGTERM, before SIGKILL. */
const patience = 10_000
/** How long the kernel may take after that; a process stuck in a driver never ends. */
const lastWait = 5_000
/** Between two looks whether they are gone. */
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

async function leftAt({ host }: Tool, path: string): Promise<readonly ProcessFacts[]> {
  const all = await host.processes()
  const ours = ancestors(all, process.pid)
  return all.filter((one) => lives(one) && !ours.has(one.pid) && names(one.command, path))
}

const signalAll = async (
  { host, signal }: Tool,
  word: 'TERM' | 'KILL',
  left: readonly ProcessFacts[],
): Promise<void> => {
  // The shell's own: there need not be another.
  const argv = ['sh', '-c', 'kill -s "$@"', 'sh', word] as const
  await host.run([...argv, ...left.map(({ pid }) => String(pid))], { signal })
}

const isSame = (one: ProcessFacts) => (other: ProcessFacts) =>
  one.pid === other.pid && one.started === other.started

/** Those that are still there after at most so many milliseconds. */
async function survivors(
  { host }: Tool,
  asked: readonly ProcessFacts[],
  within: number,
  wait: Wait,
): Promise<readonly ProcessFacts[]> {
  for (let waited = 0; ; waited += step) {
    const all = (await host.processes()).filter(lives)
    const left = asked.filter((one) => all.some(isSame(one)))
    if (left.length === 0 || waited >= within) return left
    await wait(step)
  }
}

/**
 * Ends the processes that the bot left when it was killed: those whose command line names a path that
 * is the bot's alone. What they start in turn is looked for until there is none. Returns how many they
 * were.
 *
 * @throws OperatorError when one cannot be ended
 */
export async function endLeftovers(
  tool: Tool,
  path: string,
  wait: Wait = (ms) => setTimeout(ms),
): Promise<number> {
  let ended = 0
  for (;;) {
    const left = await leftAt(tool, path)
    if (left.length === 0) return ended
    await signalAll(tool, 'TERM', left)
    const deaf = await survivors(tool, left, patience, wait)
    if (deaf.length > 0) await signalAll(tool, 'KILL', deaf)
    const [stuck] = await survivors(tool, deaf, lastWait, wait)
    if (stuck)
      throw new OperatorError(
        `${stuck.name} (process ${stuck.pid}) on ${tool.host.name} was left over and cannot be ended`,
        'It waits for a device or a network file system: see `ps -o stat,wchan`, or restart the machine.',
      )
    ended += left.length
  }
}
