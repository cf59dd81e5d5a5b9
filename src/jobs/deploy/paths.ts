import { join, normalize } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import type { Colour } from '../../contract/service.ts'

/** Where everything of a service lies below its deploy path. */
export interface Paths {
  readonly repo: string
  readonly releases: string
  readonly shared: string
  readonly scratches: string
  /** The link to the live release. */
  readonly current: string
  /** @throws OperatorError for what is no name of a release */
  release(name: string): string
  scratch(job: number): string
  colour(colour: Colour): string
}

/** Directories of the system: Filesystem Hierarchy Standard 3.0, section 3; and those of macOS. */
const systems =
  /^\/(?:bin|boot|dev|etc|home|lib|lib32|lib64|libx32|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var|Users|Library|System|Applications)$/
/** Below these nothing is ours. */
const below = /^\/(?:bin|boot|dev(?!\/shm)|etc|lib|lib32|lib64|libx32|proc|run|sbin|sys)\//
const homes = /^\/(?:home|Users)\/[^/]+$/
/** No character that means something to globs, shells or the config of nginx. */
const plain = /^\/[\p{L}\p{N}._@+,=:/-]+$/u

/** Pure: why a path may not be a deploy path, or null. */
export function whyNot(path: string): string | null {
  if (!path.startsWith('/')) return 'it is not absolute'
  if (path.split('/').includes('..')) return 'it contains ..'
  if (path === '/' || normalize(path) === '/') return 'it is the root of all files'
  if (!plain.test(path) || path.length > 200)
    return 'only letters, digits and . _ - @ + , = : / may stand in it, at most 200'
  if (normalize(path) !== path || path.endsWith('/')) return 'it is not written plainly'
  if (systems.test(path) || below.test(path)) return 'it is a directory of the system'
  return homes.test(path) ? 'it is a home directory' : null
}

export const refused = (path: string, why: string): OperatorError =>
  new OperatorError(
    `${path} may not be a deploy path: ${why}`,
    'Give the service a directory of its own, such as /srv/web.',
  )

const releaseName = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-([0-9a-f]{7,40})$/
/** One directory, whoever named it: Capistrano, a person. */
const anyName = /^[\p{L}\p{N}][\p{L}\p{N}._@+,=:-]{0,99}$/u

/** Pure: whether a release was named by us. */
export const isReleaseName = (name: string): boolean => releaseName.test(name)

/** Pure: what our name of a release says of it; null for any other. `at`: epoch milliseconds. */
export function saidBy(name: string): { readonly at: number; readonly commit: string } | null {
  const [, year, month, day, hour, minute, second, commit] = releaseName.exec(name) ?? []
  if (commit === undefined) return null
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? null : { at, commit }
}

/** @throws OperatorError for a path that may not be one */
export function pathsOf(path: string): Paths {
  const why = whyNot(path)
  if (why !== null) throw refused(path, why)
  const at = (...parts: readonly string[]): string => join(path, ...parts)
  return Object.freeze({
    repo: at('repo.git'),
    releases: at('releases'),
    shared: at('shared'),
    scratches: at('scratch'),
    current: at('current'),
    release(name: string) {
      if (!anyName.test(name)) throw new OperatorError(`${name} is no name of a release`)
      return at('releases', name)
    },
    scratch(job: number) {
      if (!Number.isSafeInteger(job) || job < 0) throw new OperatorError(`${job} is no job`)
      return at('scratch', String(job))
    },
    colour: (colour: Colour) => at(colour),
  })
}

/** Of a UTC time in epoch milliseconds: 20260131-021011. */
const stampOf = (at: number): string => {
  const iso = new Date(at).toISOString()
  return iso.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}

/** Pure: a name that sorts by time; the next free second where one is taken. */
export function nameFor(commit: string, at: number, taken: Iterable<string>): string {
  const all = new Set(taken)
  for (let second = at; ; second += 1000) {
    const name = `${stampOf(second)}-${commit.slice(0, 7)}`
    if (!all.has(name)) return name
  }
}

/** Pure: why an entry of `shared` may not be linked, or null. A slash at its end: a directory. */
export function whyNotShared(entry: string): string | null {
  const name = entry.replace(/\/$/, '')
  if (name.startsWith('/')) return 'it is not relative'
  const bad = name.split('/').some((part) => part === '' || part === '.' || part === '..')
  // oxlint-disable-next-line no-control-regex -- names with control characters are what it is about
  return bad || /[\u0000-\u001f\u007f]/.test(name) ? 'it is not a plain path below shared/' : null
}
