import type { JobWorld } from '../../flow/jobs/kind.ts'

const least = 60_000

/** Milliseconds that are left of the time of a whole run. */
export const remaining = (
  { backup, began }: { readonly backup: string; readonly began: number },
  world: JobWorld,
): number => Math.max(least, began + world.backup(backup).timeout - world.now())
