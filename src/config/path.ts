/** The way from the top of the file to a value: keys of maps, numbers of list items. */
export type Path = readonly (string | number)[]

/** A path as a map key. No key of a YAML map holds a NUL: the reader refuses control characters. */
export const pathKey = (path: Path): string => path.join('\u0000')

/** `checks.site.hosts[1]` */
export const showPath = (path: Path): string =>
  path.reduce<string>(
    (shown, part) =>
      typeof part === 'number' ? `${shown}[${part}]` : shown === '' ? part : `${shown}.${part}`,
    '',
  )

/** A map of settings as it comes out of the file. */
export type Settings = Readonly<Record<string, unknown>>

export const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands at a path; undefined where nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)]
    else if (isSettings(value) && Object.hasOwn(value, part)) value = value[part]
    else return undefined
  }
  return value
}
