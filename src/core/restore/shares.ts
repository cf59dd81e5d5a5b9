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
 * How much of a snapshot each of these paths takes, in bytes. What was not listed may be below any of them;
 * none takes more than the whole, where a file with several names is counted once.
 *
 * @param paths of which none lies in another one
 * @param total bytes of everything
 */
export function sharesOf(
  paths: readonly string[],
  listed: readonly Sized[],
  total: number,
): readonly number[] {
  const bytes = new Map(paths.map((path) => [path, 0]))
  let known = 0
  for (const { path, size } of listed) {
    const above = upwards(path).find((one) => bytes.has(one))
    if (above === undefined) continue
    bytes.set(above, (bytes.get(above) ?? 0) + size)
    known += size
  }
  const rest = Math.max(0, total - known)
  return paths.map((path) => Math.min(total, (bytes.get(path) ?? 0) + rest))
}
