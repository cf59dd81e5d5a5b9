/**
 * What a cleaning never removes, whatever a config says. Directories of the Filesystem Hierarchy
 * Standard 3.0 (and /nix, /snap), each with everything it holds or only by itself.
 */

const trees = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix',
  '/proc',
  '/sbin',
  '/snap',
  '/sys',
  '/usr',
]
/** Inside those, but of the administrator or of programs. */
const open = ['/dev/shm', '/usr/local', '/usr/src']

/** By themselves; `*` is any one name. What stands directly below `/` is not even listed. */
const places = [
  '/home/*',
  '/media/*',
  '/mnt/*',
  '/run/*',
  '/run/user/*',
  '/usr/local/*',
  '/var/*',
  '/var/lib/*',
]

const segments = (path: string): readonly string[] => path.split('/').filter((part) => part !== '')

const within = (path: string, directory: string): boolean =>
  directory === '/' || path === directory || path.startsWith(`${directory}/`)

const inTree = (path: string): boolean =>
  trees.some((tree) => within(path, tree)) &&
  !open.some((place) => path !== place && within(path, place))

const wild = (segment: string): boolean => /[*?[{]/.test(segment)

/** Whether a segment of a pattern may match this name; braces and classes count as anything. */
const mayMatch = (segment: string, name: string): boolean => {
  if (name === '*' || !wild(segment)) return name === '*' || segment === name
  const source = segment
    .replace(/\{.*\}|\[.*\]/g, '*')
    .replace(/[.+^$()|\\{}[\]-]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`).test(name)
}

const meets = (pattern: string): boolean =>
  places.some((place) => {
    const names = segments(place)
    const parts = segments(pattern)
    return (
      names.length === parts.length && names.every((name, at) => mayMatch(parts[at] ?? '', name))
    )
  })

/**
 * Why an absolute, resolved path must not be removed, or null. `own`: directories of the bot and its
 * user, which must not go either, nor anything that holds them.
 */
export function refusal(path: string, own: readonly string[]): string | null {
  if (segments(path).length < 2) return 'it is a directory of the system'
  if (inTree(path) || meets(path)) return 'it belongs to the system'
  return own.some((place) => within(place, path))
    ? "it holds the bot's own files or its home"
    : null
}

/** Where something is mounted on the path or below it: what is there belongs to another place. */
export const mountIn = (path: string, mounts: readonly string[]): string | null =>
  mounts.find((mount) => within(mount, path)) ?? null

const onlyWild = (segment: string | undefined): boolean => /^[*?]+$/.test(segment ?? '')

/** Why a pattern must not stand in a config, or null. Only what its text says is judged. */
export function patternRefusal(pattern: string): string | null {
  const home = pattern.startsWith('~/')
  if (!home && !pattern.startsWith('/')) return 'expected an absolute path, or one below ~/'
  const parts = segments(home ? pattern.slice(1) : pattern)
  if (parts.some((part) => part === '.' || part === '..')) return 'expected a path without . and ..'
  if (home)
    return parts.length === 0 || (parts.length < 2 && onlyWild(parts[0]))
      ? 'a whole home directory is never cleaned: name what is in it'
      : null
  const fixed = parts.findIndex(wild)
  const base = `/${parts.slice(0, fixed < 0 ? parts.length : fixed).join('/')}`
  const whole = `/${parts.join('/')}`
  const deep =
    parts.includes('**') && onlyWild(parts.at(-1)) && (segments(base).length < 2 || meets(base))
  if (parts.length < 2 || wild(parts[0] ?? '*') || inTree(whole) || meets(whole) || deep)
    return 'a directory of the system is never cleaned: name what is in it'
  return parts.includes('**') && segments(base).length < 2
    ? 'expected at least two named directories before **'
    : null
}
