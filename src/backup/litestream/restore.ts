import { replicaAddress } from './address.ts'
import { OperatorError } from '../../contract/error.ts'
import { createListing, type Generation } from './listing.ts'
import { type Asking, askLitestream, type Replicated } from './run.ts'

/** The histories that a replica holds, oldest first. @throws OperatorError when it cannot be asked */
export async function generationsOf(
  replicated: Replicated,
  asking: Asking,
): Promise<readonly Generation[]> {
  const listing = createListing()
  const what = 'the replica cannot be listed'
  await askLitestream(replicated, what, ['snapshots'], asking, listing.snapshots)
  await askLitestream(replicated, what, ['wal'], asking, listing.segments)
  return listing.generations()
}

/** The history that was being written at a time: the last one that began before it. */
export const generationAt = (
  generations: readonly Generation[],
  at: number,
): Generation | undefined => generations.findLast(({ from }) => from <= at)

/** Replicas count whole seconds: a time within the last one of a history may be after its end. */
const second = 1000
const isAfterEnd = (error: unknown): boolean =>
  error instanceof OperatorError && error.message.includes('no matching backups found')

/** A directory keeps exact times; servers cut off what is less than a second. */
const cutOff = ({ continuous }: Replicated): number =>
  replicaAddress(continuous.replica).type === 'file' ? 0 : second

/**
 * Restores a database as it was at a time, into a file that does not exist yet. What was committed in
 * the last second before may be missing, in the last two where a server keeps the replica; nothing
 * later is in it.
 *
 * @param wanted epoch milliseconds; after the end of the history: everything in it
 * @returns the time of the data: never after the one that was wanted
 * @throws OperatorError when there is nothing from that time, or it cannot be read
 */
export async function restoreReplica(
  replicated: Replicated,
  wanted: number,
  file: string,
  asking: Asking,
): Promise<number> {
  const at = wanted - cutOff(replicated)
  const generation = generationAt(await generationsOf(replicated, asking), at)
  if (!generation)
    throw new OperatorError(
      `the replica holds nothing from ${new Date(at).toISOString()} or before`,
    )
  const { name, to } = generation
  const restore = (...more: readonly string[]) =>
    askLitestream(
      replicated,
      'the replica cannot be restored',
      ['restore', '-generation', name, '-o', file, ...more],
      asking,
    )
  if (at >= to + second) {
    await restore()
    return to
  }
  try {
    await restore('-timestamp', new Date(at).toISOString())
  } catch (error) {
    if (at < to || !isAfterEnd(error)) throw error
    await restore()
  }
  return at
}
