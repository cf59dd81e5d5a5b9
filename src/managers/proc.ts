import { readFile } from 'node:fs/promises'

/** State letter of a process, as proc_pid_stat(5) has it; null where it cannot be read. */
export async function processState(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    // The name stands in parentheses and may contain any of them.
    return stat.charAt(stat.lastIndexOf(')') + 2) || null
  } catch {
    return null
  }
}

/** Dead, but not yet reaped by its parent: it serves nobody although its pid exists. */
export async function isZombie(pid: number): Promise<boolean> {
  const state = await processState(pid)
  return state === 'Z' || state === 'X'
}
