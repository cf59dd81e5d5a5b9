import { setTimeout } from 'node:timers/promises'
import type { Tool } from './tool.ts'

const patience = 5_000
const step = 50

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}

/**
 * Ends every process whose command line holds a path, and waits until they are gone.
 *
 * @returns how many there were
 */
export async function endLeftovers({ host }: Tool, path: string): Promise<number> {
  const find = async () =>
    (await host.processes()).filter(
      ({ pid, command }) => pid !== process.pid && command.includes(path),
    )
  const found = await find()
  for (const { pid } of found) send(pid, 'SIGTERM')
  let left = found
  for (let waited = 0; left.length > 0 && waited < patience; waited += step) {
    await setTimeout(step)
    left = await find()
  }
  for (const { pid } of left) send(pid, 'SIGKILL')
  return found.length
}
