/** One line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
export interface Mount {
  /** `major:minor`. */
  readonly device: string
  /** The directory of the file system that is mounted here: not `/` for a bind mount. */
  readonly root: string
  readonly path: string
  readonly type: string
  readonly source: string
  /** This mount is read-only, by somebody's wish. */
  readonly readOnly: boolean
  /** The whole file system is. */
  readonly frozen: boolean
}

/** Blanks, tabs, newlines and backslashes are written as octal escapes. */
const unescape = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))

const isReadOnly = (options: string): boolean => options.split(',').includes('ro')

function parseLine(line: string): Mount | null {
  const [left = '', right = ''] = line.split(' - ', 2)
  const [, , device, root, path, options] = left.split(' ')
  const [type, source, superOptions] = right.split(' ')
  if (!device || !root || !path?.startsWith('/') || !options || !type || !source) return null
  return {
    device,
    root: unescape(root),
    path: unescape(path),
    type,
    source: unescape(source),
    readOnly: isReadOnly(options),
    frozen: isReadOnly(superOptions ?? ''),
  }
}

/** All mounts that can be seen, in the order they were made; a later one hides an earlier one. */
export function parseMountinfo(text: string): readonly Mount[] {
  const byPath = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const mount = parseLine(line)
    if (mount === null) continue
    byPath.delete(mount.path)
    byPath.set(mount.path, mount)
  }
  return [...byPath.values()]
}

/**
 * Where anything is mounted, bind mounts too; hidden mounts are named as well, and lines of which only
 * the path can be read.
 */
export const mountPoints = (text: string): readonly string[] => {
  const paths = text.split('\n').map((line) => line.split(' ')[4] ?? '')
  return [...new Set(paths.filter((path) => path.startsWith('/')).map(unescape))]
}

/** Images that are always full and never written to. */
const images = new Set(['squashfs', 'iso9660', 'udf', 'erofs', 'cramfs', 'romfs'])

/** What lies on a device of this machine; `/` always does, whatever a container makes it of. */
const isReal = (mount: Mount): boolean => {
  if (images.has(mount.type)) return false
  if (mount.path === '/') return true
  if (mount.readOnly) return false
  return mount.source.startsWith('/dev/') || mount.type === 'zfs'
}

/**
 * What makes two mounts the same disk. Subvolumes of btrfs have numbers of their own but one source;
 * data sets of ZFS share their pool's space.
 */
const identity = (mount: Mount): string => {
  if (mount.type === 'btrfs') return mount.source
  if (mount.type === 'zfs') return mount.source.replace(/\/.*$/, '')
  return mount.device
}

/** `/` first, then whole file systems before bind mounts, then the shortest path. */
const rank = (a: Mount, b: Mount): number =>
  Number(b.path === '/') - Number(a.path === '/') ||
  Number(b.root === '/') - Number(a.root === '/') ||
  a.path.length - b.path.length ||
  (a.path < b.path ? -1 : 1)

/** Every real mount, each device once, sorted by path. */
export function realMounts(mounts: readonly Mount[]): readonly Mount[] {
  const byDevice = new Map<string, Mount>()
  for (const mount of mounts.filter(isReal).toSorted(rank)) {
    if (!byDevice.has(identity(mount))) byDevice.set(identity(mount), mount)
  }
  return [...byDevice.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The mount that holds `path`, which must be absolute and free of links. */
export function mountOf<M extends { readonly path: string }>(
  mounts: readonly M[],
  path: string,
): M | undefined {
  return mounts
    .filter((mount) => path === mount.path || path.startsWith(mount.path.replace(/\/?$/, '/')))
    .reduce<M | undefined>(
      (best, mount) => (best && best.path.length >= mount.path.length ? best : mount),
      undefined,
    )
}
