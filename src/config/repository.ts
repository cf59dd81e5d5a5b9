import { normalize } from 'node:path'
import { meant } from './nearest.ts'
import { expandPath } from './secret-file.ts'
import { secretsInUrl } from './secrets.ts'

/** https://restic.readthedocs.io/en/stable/030_preparing_a_new_repo.html */
const schemes = ['sftp', 'rest', 's3', 'b2', 'azure', 'gs', 'swift', 'rclone']

const form = 'expected an absolute directory, or what restic takes: sftp:, rest:, s3: and others'

/** What restic needs after a scheme, and how that is written; what it says itself comes with the first run. */
const shapes: Readonly<Record<string, readonly [RegExp, string]>> = {
  sftp: [/^(?:\/\/[^/]+\/.|(?!\/\/).+:.)/, 'sftp:USER@HOST:/PATH'],
  rest: [/^https?(?:\+unix)?:\/\/./, 'rest:https://HOST/'],
  s3: [/^(?:https?:)?(?:\/\/)?[^/]+\/[^/]/, 's3:HOST/BUCKET'],
}

export interface Problem {
  readonly problem: string
}

/** What `~` and a path that begins with `.` are relative to. */
export interface Places {
  readonly directory: string
  readonly home: string
}

/** It is meant as a path, not as an address. */
export const isPath = (text: string): boolean => /^(?:~|\.{1,2})?(?:\/|$)/.test(text)

/** An absolute path without a slash at its end. */
export const wholePath = (text: string, { directory, home }: Places): string =>
  normalize(expandPath(text, directory, home)).replace(/(?<=.)\/+$/, '')

/**
 * Where a repository is, as restic takes it. A word alone would be a directory for restic, where the
 * bot happens to run: more likely a scheme was forgotten.
 */
export function repositoryAt(text: string, places: Places): string | Problem {
  const path = text.replace(/^local:/, '')
  if (isPath(path)) return wholePath(path, places)
  const [, scheme, rest] = /^([a-z0-9]+):(.+)$/.exec(text) ?? []
  if (scheme === undefined || rest === undefined) return { problem: form }
  if (!schemes.includes(scheme)) return { problem: `${form}${meant(scheme, schemes)}` }
  const [shape, like] = shapes[scheme] ?? []
  return shape?.test(rest) === false ? { problem: `expected it as ${like}` } : text
}

export const isDirectory = (address: string): boolean => address.startsWith('/')

/** What must not be shown of a repository's address. */
export const secretsInRepository = (address: string): readonly string[] =>
  secretsInUrl(address.replace(/^(?:rest|s3|swift|azure|gs|b2):(?=[a-z]+:\/\/)/, ''))

/** Where Litestream replicates to. */
export function replicaAt(text: string, places: Places): string | Problem {
  if (isPath(text)) return wholePath(text, places)
  return /^(?:s3:\/\/|sftp:\/\/[^/\s@]+@)[^/\s]+\/\S+$/.test(text)
    ? text
    : { problem: 'expected an absolute directory, s3://BUCKET/PATH or sftp://USER@HOST/PATH' }
}

/**
 * A place for a replica beside a repository of restic, as Litestream's address; null where there is
 * none that both can write to. Each backup has its own, because a repository may serve several.
 */
export function replicaBeside(repository: string, name: string): string | null {
  const beside = (path: string): string =>
    `${path.replace(/\/+$/, '')}${path === '' ? '' : '.'}continuous/${name}`
  if (isDirectory(repository)) return beside(repository)
  if (repository.startsWith('s3:')) return bucketBeside(repository, beside)
  if (repository.startsWith('sftp:')) return serverBeside(repository, beside)
  return null
}

/** `s3:s3.amazonaws.com/bucket/app`, `s3:https://minio:9000/bucket`. */
function bucketBeside(repository: string, beside: (path: string) => string): string | null {
  const [, scheme = 'https://', host, bucket, path = ''] =
    /^s3:(https?:\/\/|\/\/)?([^/]+)\/([^/]+)\/?(.*)$/.exec(repository) ?? []
  if (host === undefined || bucket === undefined) return null
  const address = `s3://${bucket}/${beside(path)}`
  if (/(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(host)) return address
  const endpoint = `${scheme === '//' ? 'https://' : scheme}${host}`
  return `${address}?endpoint=${encodeURIComponent(endpoint)}`
}

/**
 * `sftp:user@host:/srv/app`, `sftp://user@host:2222//srv/app`; Litestream knows no path below a home, and
 * no user that only the config of ssh names.
 */
function serverBeside(repository: string, beside: (path: string) => string): string | null {
  const [, server, path] =
    /^sftp:\/\/([^/@]+@[^/]+)\/(\/.+)$/.exec(repository) ??
    /^sftp:(?!\/\/)([^/:@]+@[^/:]+):(\/.+)$/.exec(repository) ??
    []
  return server === undefined || path === undefined ? null : `sftp://${server}${beside(path)}`
}
