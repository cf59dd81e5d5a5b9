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
  /** Read when a job of it is asked for or goes on, or at the start where there are going to be some. */
  readonly jobs: ReadonlyMap<string, () => Promise<JobKind>>
}

interface Module {
  readonly default?: unknown
}

interface Plugin {
  readonly brand: string
  readonly kind: string
}

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && 'brand' in value && 'kind' in value

/** What was read already, by address: asked again it is there at once, without a look at the disk. */
const loaded = new Map<string, unknown>()

/** Of a path below the program's own directory. */
const urlOf = (path: string): URL => new URL(`../../${path}`, import.meta.url)

/** What lies in a folder; nothing where there is none. */
const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })

/**
 * Imports one file of a plug-in folder.
 *
 * @throws Error when its default export is not of the brand, or its kind is not its name
 */
async function loadFile<T extends Plugin>(folder: string, brand: string, kind: string): Promise<T> {
  const { href } = urlOf(`${folder}/${kind}.ts`)
  const plugin = loaded.get(href) ?? ((await import(href)) as Module).default
  loaded.set(href, plugin)
  if (isPlugin(plugin) && plugin.brand === brand && plugin.kind === kind) return plugin as T
  throw new Error(`${folder}/${kind}.ts must export by default a ${brand} whose kind is "${kind}"`)
}

/** What is to be imported from a plug-in folder, by kind. */
async function findKinds<T extends Plugin>(
  folder: string,
  brand: string,
): Promise<ReadonlyMap<string, () => Promise<T>>> {
  const names = await namesIn(fileURLToPath(urlOf(folder)))
  const files = names.filter((file) => file.endsWith('.ts'))
  const kinds = files.map((file) => file.slice(0, -'.ts'.length)).toSorted()
  return new Map(kinds.map((kind) => [kind, () => loadFile<T>(folder, brand, kind)]))
}

async function loadFolder<T extends Plugin>(
  folder: string,
  brand: string,
): Promise<ReadonlyMap<string, T>> {
  const found = Array.from(await findKinds<T>(folder, brand))
  return new Map(
    await Promise.all(found.map(async ([kind, load]) => [kind, await load()] as const)),
  )
}

/** Reads the plug-in folders: a new kind is one file there and no other edit. */
export async function loadKinds(): Promise<Kinds> {
  const [checks, fixes, handlers, jobs] = await Promise.all([
    loadFolder<Check>('checks', 'check'),
    loadFolder<Fix>('fixes', 'fix'),
    loadFolder<Handler>('handlers', 'handler'),
    findKinds<JobKind>('src/jobs', 'job'),
  ])
  return { checks, fixes, handlers, jobs }
}
