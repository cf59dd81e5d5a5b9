import { OperatorError } from '../../contract/error.ts'
import type { FileFacts, Host } from '../../contract/host.ts'
import { formatSize } from '../../contract/units.ts'
import type { Source } from '../source.ts'

/** It stands for whatever there is of it, also for nothing. */
export const isGlob = (path: string): boolean => /[*?[{]/.test(path)

/**
 * What one path of the config stands for. One that is named itself is followed where it leads: of a link
 * nothing but the link would be kept. Those that a glob finds are kept as they are.
 */
export async function findPath(path: string, host: Host): Promise<readonly string[]> {
  const { files } = host
  const found = await files.glob(path)
  if (isGlob(path)) return found
  const [one = path] = found
  if (!one.startsWith('/')) return []
  // A directory on the way may be a link, which a glob does not follow.
  return files.real(one).then(
    (real) => [real],
    () => [],
  )
}

/** Paths inside of others are kept with those. */
const outermost = (paths: readonly string[]): readonly string[] =>
  paths.filter(
    (path) =>
      !paths.some((other) => other !== path && path.startsWith(`${other.replace(/\/$/, '')}/`)),
  )

/**
 * Everything that the paths and globs stand for, sorted, each once.
 *
 * @throws OperatorError that names those that stand for nothing any more
 */
async function findAll(paths: readonly string[], host: Host): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => findPath(path, host)))
  const gone = paths.filter((_, index) => found[index]?.length === 0)
  if (gone.length > 0)
    throw new OperatorError(
      `${gone.join(', ')} on ${host.name} ${gone.length === 1 ? 'has' : 'have'} vanished: nothing is there`,
      'See what has become of it, or take it out of the config.',
    )
  return outermost([...new Set(found.flat())].toSorted())
}

/** All that is below, as far as that is looked at. */
async function measure(paths: readonly string[], host: Host): Promise<readonly FileFacts[]> {
  const parts = await Promise.all(
    paths.map(async (path) => {
      const facts = await host.files.look(path)
      return facts?.kind === 'directory' ? host.files.walk(path) : facts === null ? [] : [facts]
    }),
  )
  return parts.flat().filter(({ kind }) => kind === 'file')
}

/** As many are looked at: Files.walk. */
const walkLimit = 100_000

/** Files and directories, which restic reads where they lie. `now`: epoch milliseconds. */
export const filesSource = (paths: readonly string[], now: () => number): Source => ({
  async inspect({ host }) {
    const found = await findAll(paths, host)
    const files = await measure(found, host)
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    const more = files.length >= walkLimit ? 'more than ' : ''
    const places = `${found.length} ${found.length === 1 ? 'path' : 'paths'}`
    return {
      room: 0,
      about: `${places}, ${more}${formatSize(bytes)} in ${more}${files.length} files`,
    }
  },
  async stage(_, { host }) {
    const at = now()
    const found = await findAll(paths, host)
    return { paths: found, expected: found, bytes: 0, counts: {}, at }
  },
})
