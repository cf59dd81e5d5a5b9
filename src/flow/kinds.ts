import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Check } from '../contract/check.ts'
import type { Fix } from '../contract/fix.ts'
import type { Handler } from '../contract/handler.ts'
import type { JobKind } from './jobs/kind.ts'

/** The plug-ins by kind. */
export interface Kinds {
  readonly checks: ReadonlyMap<string, Check>
  readonly fixes: ReadonlyMap<string, Fix>
  readonly handlers: ReadonlyMap<string, Handler>
  readonly jobs: ReadonlyMap<string, JobKind>
}

interface Plugin {
  readonly brand: string
  readonly kind: string
}

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && 'brand' in value && 'kind' in value

/** What lies in a folder; nothing where there is none. */
const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })

/**
 * Imports every file of a plug-in folder.
 *
 * @throws Error when a file's default export is not of the brand, or its kind is not its file's name
 */
async function loadFolder<T extends Plugin>(
  folder: string,
  brand: string,
): Promise<Map<string, T>> {
  const root = new URL(`../../${folder}/`, import.meta.url)
  const files = (await namesIn(fileURLToPath(root)))
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
  const loaded = await Promise.all(
    files.map(async (file): Promise<[string, T]> => {
      const module = (await import(new URL(file, root).href)) as { default?: unknown }
      const plugin = module.default
      const kind = file.slice(0, -'.ts'.length)
      if (!isPlugin(plugin) || plugin.brand !== brand || plugin.kind !== kind)
        throw new Error(
          `${folder}/${file} must export by default a ${brand} whose kind is "${kind}"`,
        )
      return [kind, plugin as T]
    }),
  )
  return new Map(loaded)
}

/** Reads the plug-in folders: a new kind is one file there and no other edit. */
export async function loadKinds(): Promise<Kinds> {
  const [checks, fixes, handlers, jobs] = await Promise.all([
    loadFolder<Check>('checks', 'check'),
    loadFolder<Fix>('fixes', 'fix'),
    loadFolder<Handler>('handlers', 'handler'),
    loadFolder<JobKind>('src/jobs', 'job'),
  ])
  return { checks, fixes, handlers, jobs }
}
