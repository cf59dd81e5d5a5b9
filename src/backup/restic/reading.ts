import type { Driver } from './driver.ts'
import { garbled } from './driver.ts'
import { entrySchema, messagesIn, sizeSchema, snapshotsSchema, valueIn } from './output.ts'
import type { Entry, Snapshot } from './types.ts'

/** Bytes of the answer about all snapshots, of which each takes 400 and its paths. */
const longestList = 16 * 2 ** 20
/** As many as a host's own `walk` gives. */
const mostEntries = 100_000

export async function snapshots(driver: Driver, lock: boolean): Promise<readonly Snapshot[]> {
  const doing = 'Reading the list of snapshots'
  const { out } = await driver.invoke({
    doing,
    args: ['snapshots', '--json', ...(lock ? [] : ['--no-lock']), '--tag', driver.repository.name],
    keep: longestList,
  })
  const found = valueIn(out, snapshotsSchema)
  if (found === null) throw garbled(driver, doing)
  return found.toSorted((a, b) => a.at - b.at)
}

export async function entries(
  { invoke }: Driver,
  snapshot: string,
  paths: readonly string[] = [],
): Promise<readonly Entry[]> {
  const found: Entry[] = []
  const enough = new AbortController()
  await invoke({
    doing: 'Reading a snapshot',
    args: ['ls', '--json', '--no-lock', snapshot, ...paths],
    enough: enough.signal,
    onOutput: (text) => {
      for (const entry of messagesIn(text, entrySchema)) {
        if (found.length < mostEntries) found.push(entry)
        else enough.abort()
      }
    },
  })
  return found
}

export async function size(
  driver: Driver,
  snapshot: string,
): Promise<{ readonly bytes: number; readonly files: number }> {
  const doing = 'Asking for the size of a snapshot'
  const { out } = await driver.invoke({
    doing,
    args: ['stats', '--json', '--no-lock', '--mode', 'restore-size', snapshot],
  })
  const found = valueIn(out, sizeSchema)
  if (found === null) throw garbled(driver, doing)
  return { bytes: found.total_size, files: found.total_file_count }
}
