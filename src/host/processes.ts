import { readFileSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { ProcessFacts } from '../contract/host.ts'
import type { Guard } from './guard.ts'
import { parseStat, processFacts } from './proc/process.ts'

/** Processes read between two turns of the event loop. */
const batch = 50
/** The kernel thread that all others descend from: Documentation/core-api/kthread. */
const kthreadd = 2
/** Milliseconds for one command line. */
const patience = 1000

/** Process ids that there are now. */
export const pidsIn = async (proc: string): Promise<readonly number[]> =>
  (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number)

/**
 * The command line lies in the process's own memory: reading it waits for a lock that a process
 * stuck in the kernel may hold for ever. It is left out then, and never read of a blocked one.
 */
async function readCommand(directory: string, stat: string, guard: Guard): Promise<string> {
  const facts = parseStat(stat)
  if (facts === null || facts.state === 'D' || facts.parent === kthreadd) return ''
  const path = `${directory}/cmdline`
  return guard(path, () => readFile(path, 'utf8'), patience).catch(() => '')
}

/** `stat` and `status` come from the kernel's own memory at once: reading them cannot hang. */
async function readProcess(
  proc: string,
  pid: number,
  booted: number,
  guard: Guard,
): Promise<ProcessFacts | null> {
  const directory = `${proc}/${pid}`
  try {
    const stat = readFileSync(`${directory}/stat`, 'utf8')
    const status = readFileSync(`${directory}/status`, 'utf8')
    const cmdline = await readCommand(directory, stat, guard)
    return processFacts(pid, booted, { stat, status, cmdline })
  } catch {
    return null
  }
}

/** Every process that can be seen; one that ends meanwhile is left out. */
export async function readProcesses(
  proc: string,
  booted: number,
  guard: Guard,
): Promise<readonly ProcessFacts[]> {
  const pids = await pidsIn(proc)
  const found: ProcessFacts[] = []
  for (let at = 0; at < pids.length; at += batch) {
    const some = pids.slice(at, at + batch).map((pid) => readProcess(proc, pid, booted, guard))
    for (const facts of await Promise.all(some)) if (facts !== null) found.push(facts)
    await setImmediate()
  }
  return found
}
