import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DumpError } from './explain.ts'
import { aboutForm } from './shape.ts'
import type { About } from './shape.ts'

/** What lies in the directory of a dump. */
export const dumpFiles = {
  dump: 'database.dump',
  globals: 'globals.sql',
  about: 'about.json',
} as const

/** What was noted when a dump was taken. @throws DumpError when that is not there or not whole */
export async function aboutDump(directory: string): Promise<About> {
  try {
    return aboutForm.parse(JSON.parse(await readFile(join(directory, dumpFiles.about), 'utf8')))
  } catch (thrown) {
    throw new DumpError(
      `${join(directory, dumpFiles.about)} is not what a backup of PostgreSQL has written`,
      'Choose another snapshot, and see which backup this one belongs to.',
      thrown,
    )
  }
}
