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

/** With ?endpoint=URL for what is not Amazon's. */
function bucketOf(address: string): ReplicaAddress | null {
  const { host, pathname, searchParams } = new URL(address)
  const endpoint = searchParams.get('endpoint')
  const path = trimmed(decodeURIComponent(pathname))
  return host === ''
    ? null
    : { type: 's3', bucket: host, path, ...(endpoint !== null && { endpoint }) }
}

function serverOf(address: string): ReplicaAddress | null {
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

function parsed(address: string): ReplicaAddress | null {
  if (address.startsWith('/')) return { type: 'file', path: address }
  if (address.startsWith('s3://')) return bucketOf(address)
  if (address.startsWith('sftp://')) return serverOf(address)
  return null
}

/**
 * Reads where a replica lies: an absolute directory, s3://BUCKET/PATH?endpoint=URL or
 * sftp://USER@HOST:PORT/PATH.
 *
 * @throws OperatorError for anything else; the address is not repeated, for it may hold a password
 */
export function replicaAddress(address: string): ReplicaAddress {
  const found = URL.canParse(address) || address.startsWith('/') ? parsed(address) : null
  if (found) return found
  throw new OperatorError(
    'the place of the replica is not one that Litestream can write to',
    'name an absolute directory, s3://BUCKET/PATH or sftp://USER@HOST/PATH as continuous.replica',
  )
}
