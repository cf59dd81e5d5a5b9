import type { Tool } from '../tool.ts'

/** Milliseconds for restic to remove its lock; whoever waits for us has five seconds in all. */
export const unlockWithin = 1_500

/**
 * Interrupts a restic of ours. Before 0.17 it removes its lock when it is interrupted, but not when it
 * is terminated: cmd/restic/cleanup.go.
 *
 * @param begin how its command line begins
 */
export async function interrupt({ host }: Pick<Tool, 'host'>, begin: string): Promise<void> {
  const signal = AbortSignal.timeout(unlockWithin)
  const all = await host.processes()
  const ours = all.filter(
    ({ parent, command }) => parent === process.pid && `${command} `.startsWith(`${begin} `),
  )
  if (ours.length === 0) return
  const pids = ours.map(({ pid }) => String(pid))
  await host.run(['sh', '-c', 'kill -s INT "$@"', 'sh', ...pids], { signal })
}
