import { dirname, join, relative } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'
import type { Paths } from './paths.ts'
import { whyNotShared } from './paths.ts'
import type { Tools } from './tools.ts'

interface SharingParts {
  readonly host: Host
  readonly tools: Tools
  readonly paths: Paths
}

const plain = (entry: string): string => entry.replace(/\/$/, '')

/** Each directory between a release and an entry of it, outermost first. */
const parentsOf = (entry: string): readonly string[] => {
  const parts = entry.split('/').slice(0, -1)
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}

/**
 * What all releases share, as Capistrano does it: a link in the release takes the place of what the
 * release has there itself (capistrano/tasks/deploy.rake, `deploy:symlink:linked_files`).
 */
export function createSharing({ host, tools, paths }: SharingParts, entries: readonly string[]) {
  const { files } = host

  /** @throws OperatorError that names all that is missing; makes what a slash says is a directory */
  async function check(): Promise<void> {
    const missing: string[] = []
    for (const entry of entries) {
      const why = whyNotShared(entry)
      if (why !== null) throw new OperatorError(`${JSON.stringify(entry)} cannot be shared: ${why}`)
      const path = join(paths.shared, plain(entry))
      if ((await files.look(path)) !== null) continue
      if (entry.endsWith('/')) await tools.run(['mkdir', '-p', '--', path])
      else missing.push(path)
    }
    if (missing.length > 0)
      throw new OperatorError(
        `${missing.join(', ')} on ${host.name} ${missing.length > 1 ? 'do' : 'does'} not exist, but ${missing.length > 1 ? 'are' : 'is'} to be shared`,
        'Put it there, or take it out of `shared` in the config.',
      )
  }

  /** A link on the way would put ours wherever it leads. */
  async function mustBeInside(release: string, entry: string): Promise<void> {
    for (const parent of parentsOf(entry)) {
      const facts = await files.look(join(release, parent))
      if (facts !== null && facts.kind !== 'directory')
        throw new OperatorError(
          `${entry} cannot be linked: the release has a ${facts.kind} at ${parent}`,
          'Change `shared` in the config, or the repository.',
        )
    }
  }

  async function linkOne(release: string, entry: string): Promise<void> {
    await mustBeInside(release, entry)
    const from = join(release, entry)
    await tools.run(['mkdir', '-p', '--', dirname(from)])
    if ((await files.look(from))?.kind === 'directory') await tools.removeTree(release, from)
    const to = relative(dirname(from), join(paths.shared, entry))
    await tools.run(['ln', '-sfn', '--', to, from])
  }

  return {
    check,
    async link(name: string): Promise<void> {
      const release = paths.release(name)
      await check()
      for (const entry of entries) await linkOne(release, plain(entry))
    },
  }
}
