import { mkdir, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What `fill` writes: above the 20 MB that the demo's config allows, and no burden for any disk. */
const files = 12
const fileBytes = 2 * 1024 * 1024

/** A directory of the demo that can be filled. */
export interface Uploads {
  readonly directory: string
  /** Writes files of this age into it, in milliseconds; returns how many bytes. */
  fill(now: number, age: number): Promise<number>
}

/** Makes the directory, empty, and one beside it. */
export async function openUploads(directory: string): Promise<Uploads> {
  const draft = `${directory}.draft`
  await mkdir(directory)
  await mkdir(draft)
  return {
    directory,
    async fill(now, age) {
      const old = new Date(now - age)
      const names = Array.from({ length: files }, (_, place) => `upload-${place + 1}.bin`)
      for (const [place, name] of names.entries()) {
        await writeFile(join(draft, name), Buffer.alloc(fileBytes, place))
        await utimes(join(draft, name), old, old)
      }
      // All at once, or the fix could come before the last of them.
      for (const name of names) await rename(join(draft, name), join(directory, name))
      return files * fileBytes
    },
  }
}
