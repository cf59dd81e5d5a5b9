import { OperatorError } from '../../contract/error.ts'

/** Where a replica lies, in the names of Litestream's config. */
export type ReplicaAddress =
  | { readonly type: 'file'; readonly path: string }
  | {
      readonly type: 's3'
      readonly bucket: string
      readonly path: string
      /** Absent: Amazon's own. */
      readonly endpoint?: string
    }
  | {
      readonly type: 'sftp'
      /** With the port where it is not 22. */
      readonly host: string
      readonly user: string
      readonly path: string
      readonly password?: string
    }

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '')

/** Amazon's hosts need no endpoint: their clients find the region of a bucket by themselves. */
const isAmazon = (host: string): boolean => /^s3[.-]?.*\.amazonaws\.com$/.test(host)

/** restic's way: s3:HOST/BUCKET/PATH, s3:http://HOST:PORT/BUCKET/PATH. */
function resticS3(rest: string): ReplicaAddress | null {
  const [, scheme = 'https://', host = '', bucket = '', path = ''] =
    /^(https?:\/\/)?([^/]+)\/([^/]+)\/?(.*)$/.exec(rest) ?? []
  if (host === '' || bucket === '') return null
  const where = { type: 's3', bucket, path: trimmed(path) } as const
  return isAmazon(host) ? where : { ...where, endpoint: `${scheme}${host}` }
}

/** Litestream's way: s3://BUCKET/PATH, with ?endpoint=URL for what is not Amazon. */
function plainS3(address: string): ReplicaAddress | null {
  const { host, pathname, searchParams } = new URL(address)
  const endpoint = searchParams.get('endpoint')
  const path = trimmed(decodeURIComponent(pathname))
  return host === ''
    ? null
    : { type: 's3', bucket: host, path, ...(endpoint !== null && { endpoint }) }
}

/** sftp://USER@HOST:PORT/PATH: an absolute path. */
function sftpUrl(address: string): ReplicaAddress | null {
  const { host, username, password, pathname } = new URL(address)
  if (host === '' || username === '') return null
  return {
    type: 'sftp',
    host,
    user: decodeURIComponent(username),
    path: decodeURIComponent(pathname),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  }
}

/** sftp:USER@HOST:PATH, where a path without a slash begins at the user's home. */
function resticSftp(rest: string): ReplicaAddress | null {
  const [, user = '', host = '', path = ''] = /^([^@/]+)@([^:/]+):(.+)$/.exec(rest) ?? []
  return user === '' ? null : { type: 'sftp', host, user, path }
}

function parsed(address: string): ReplicaAddress | null {
  if (address.startsWith('/')) return { type: 'file', path: address }
  if (address.startsWith('s3://')) return plainS3(address)
  if (address.startsWith('s3:')) return resticS3(address.slice('s3:'.length))
  if (address.startsWith('sftp://')) return sftpUrl(address)
  if (address.startsWith('sftp:')) return resticSftp(address.slice('sftp:'.length))
  return null
}

/**
 * Reads where a replica lies: an absolute directory, and both Litestream's and restic's ways of
 * writing s3 and sftp.
 *
 * @throws OperatorError for anything else; the address is not repeated, for it may hold a password
 */
export function replicaAddress(address: string): ReplicaAddress {
  const found = URL.canParse(address) || address.startsWith('/') ? parsed(address) : null
  if (found) return found
  throw new OperatorError(
    'the place of the replica is not one that Litestream can write to',
    'name an absolute directory, s3:HOST/BUCKET/PATH or sftp:USER@HOST:/PATH as continuous.replica',
  )
}
