import { existingAbove } from '../../backup/restore/files.ts'
import { sharesOf } from '../../core/restore/shares.ts'
import type { Need } from '../backup/scratch.ts'
import type { RestoreMemory } from './memory.ts'
import type { Reach, RestoreContext } from './reach.ts'

/** The places by their file systems, each with the nearest directory above it that exists. */
async function disksOf(places: readonly string[], { tool }: Reach) {
  const found = await Promise.all(
    places.map(async (place) => {
      const path = await existingAbove(place)
      return { place, path, mount: (await tool.host.disk(path)).mount }
    }),
  )
  return [...Map.groupBy(found, ({ mount }) => mount).values()]
}

/**
 * What a restore writes, and where to: each disk that data comes back to gets its share.
 *
 * @param places the files and directories that are going to be replaced, if any are
 * @param bytes of all that is restored
 */
export async function needsOf(
  { to, backup, kind, snapshot }: RestoreMemory,
  { places, bytes }: { readonly places: readonly string[]; readonly bytes: number },
  reach: Reach,
  context: Pick<RestoreContext, 'restored'>,
): Promise<readonly Need[]> {
  if (kind === 'postgres') return [{ path: await existingAbove(reach.scratch), bytes }]
  if (to === 'side') return [{ path: await existingAbove(context.restored(backup)), bytes }]
  if (snapshot === null) return []
  const disks = await disksOf(places, reach)
  const placesOf = disks.map((some) => some.map(({ place }) => place))
  const shares =
    disks.length < 2 ? [bytes] : sharesOf(placesOf, await reach.restic.entries(snapshot), bytes)
  return disks.flatMap(([first], index) =>
    first ? [{ path: first.path, bytes: shares[index] ?? 0 }] : [],
  )
}
