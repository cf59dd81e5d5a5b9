import type { Tool } from '../../backup/tool.ts'
import { OperatorError } from '../../contract/error.ts'
import { formatSize } from '../../contract/units.ts'

async function must(tool: Tool, argv: readonly [string, ...string[]], what: string): Promise<void> {
  const { code, err } = await tool.host.run(argv, { signal: tool.signal })
  tool.signal.throwIfAborted()
  if (code !== 0) throw new OperatorError(`${what} failed: ${err.trim() || `exit code ${code}`}`)
}

/** Makes an empty directory that nobody else may look into. */
export async function makeScratch(path: string, tool: Tool): Promise<void> {
  await removeScratch(path, tool)
  await must(tool, ['mkdir', '-p', '-m', '700', '--', path], `making ${path}`)
}

/** Removes a directory with all that is in it, also where a restored one may not be written to. */
export async function removeScratch(path: string, tool: Tool): Promise<void> {
  if ((await tool.host.files.look(path)) === null) return
  await tool.host.run(['chmod', '-R', 'u+rwX', '--', path], { signal: tool.signal })
  await must(tool, ['rm', '-rf', '--', path], `removing ${path}`)
}

/** Bytes that are going to be written below a path. */
export interface Need {
  readonly path: string
  readonly bytes: number
}

/**
 * Needs that lie on one file system are added up.
 *
 * @param least bytes that each of those has to have free beyond that
 * @throws OperatorError unless all of it is free
 */
export async function demandRoom(needs: readonly Need[], { host }: Tool, least = 0): Promise<void> {
  const wanted = needs.filter(({ bytes }) => bytes > 0)
  const found = await Promise.all(
    wanted.map(async ({ path, bytes }) => ({
      ...(await host.disk(path)),
      bytes: Math.ceil(bytes),
    })),
  )
  for (const [mount, parts] of Map.groupBy(found, (one) => one.mount)) {
    const bytes = parts.reduce((sum, one) => sum + one.bytes, least)
    const available = Math.min(...parts.map((one) => one.available))
    if (available >= bytes) continue
    throw new OperatorError(
      `${formatSize(bytes)} are needed on ${mount} of ${host.name}, and ${formatSize(available)} are free`,
      'Make room there. Copies and trials lie in MECHANIC_HOME, which may be moved to a larger disk.',
    )
  }
}
