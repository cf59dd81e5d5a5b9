import { OperatorError } from '../../contract/error.ts'
import type { Reach } from './reach.ts'

/**
 * What is mounted cannot be renamed; what is mounted below would go aside along with the rest.
 *
 * @param paths of what is going to be put aside
 * @throws OperatorError
 */
export async function demandNoMounts(paths: readonly string[], { tool }: Reach): Promise<void> {
  const mounts = await tool.host.files.mountPoints()
  const found = mounts.find((mount) =>
    paths.some((path) => mount === path || mount.startsWith(`${path}/`)),
  )
  if (found === undefined) return
  throw new OperatorError(
    `${found} is a mount point, which cannot be put aside`,
    'Restore it to the side, and copy from there by hand.',
  )
}
