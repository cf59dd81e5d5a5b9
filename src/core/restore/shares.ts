interface Sized {
  readonly path: string
  readonly size: number
}

/** The path itself, and all that it lies in, the nearest first. */
function* upwards(path: string): Generator<string> {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) yield at
  yield '/'
}

/**
 * How much of a snapshot each disk takes, in bytes. What was not listed may lie on any of them; none
 * takes more than the whole, where a file with several names is counted once.
 *
 * @param disks the paths that lie on each
 * @param total bytes of everything
 */
export function sharesOf(
  disks: readonly (readonly string[])[],
  listed: readonly Sized[],
  total: number,
): readonly number[] {
  const diskOf = new Map(disks.flatMap((paths) => paths.map((path) => [path, paths] as const)))
  const bytes = new Map(disks.map((paths) => [paths, 0]))
  let known = 0
  for (const { path, size } of listed) {
    const above = upwards(path).find((one) => diskOf.has(one))
    const disk = above === undefined ? undefined : diskOf.get(above)
    if (disk === undefined) continue
    bytes.set(disk, (bytes.get(disk) ?? 0) + size)
    known += size
  }
  const rest = Math.max(0, total - known)
  return disks.map((paths) => Math.min(total, (bytes.get(paths) ?? 0) + rest))
}
