import type { Driver } from './driver.ts'

/** Removes snapshots, and the data that no other one needs. One that is gone already is no failure. */
export async function remove({ invoke }: Driver, ids: readonly string[]): Promise<void> {
  // Without ids restic would take it for a mistake.
  if (ids.length === 0) return
  await invoke({ doing: 'Removing old snapshots', args: ['forget', '--prune', '--', ...ids] })
}
