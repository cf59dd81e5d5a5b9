import type { BackupConfig, ContinuousConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Host, RunResult } from '../../contract/host.ts'
import { type ReplicaAddress, replicaAddress } from './address.ts'
import { litestreamProgram } from './binary.ts'
import { replicaKey } from './key.ts'
import { litestreamConfig } from './settings.ts'
import { errorsIn, litestreamError } from './words.ts'

/** What a replica is known by: a backup, or what somebody typed who has lost everything else. */
export interface Replicated {
  readonly password: string
  /** Keys of the place: AWS_ACCESS_KEY_ID, LITESTREAM_SFTP_KEY … */
  readonly env: Readonly<Record<string, string>>
  readonly continuous: ContinuousConfig
}

/** @throws OperatorError for a backup that is not replicated */
export function replicatedOf({ name, password, env, continuous }: BackupConfig): Replicated {
  if (continuous) return { password, env, continuous }
  throw new OperatorError(
    `${name} is not replicated as it is written`,
    'set `continuous: true` for it, and points in time can be restored from then on',
  )
}

/** Where a private key usually lies, the one that ssh-keygen makes now first. */
const usualKeys = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa']

async function keyPathOf(
  address: ReplicaAddress,
  env: Replicated['env'],
  host: Host,
): Promise<string | undefined> {
  if (address.type !== 'sftp' || address.password !== undefined) return undefined
  const named = env['LITESTREAM_SFTP_KEY']
  if (named !== undefined) return named
  const found = await Promise.all(usualKeys.map((path) => host.files.glob(path)))
  const [first] = found.flat()
  if (first !== undefined) return first
  throw new OperatorError(
    `there is no key to log in at ${address.host} with for the replica`,
    'name a private key without a passphrase as LITESTREAM_SFTP_KEY under `env`',
  )
}

/** The text of Litestream's config for a database. It holds secrets. */
export async function configText(
  { password, env, continuous }: Replicated,
  database: string,
  host: Host,
): Promise<string> {
  const address = replicaAddress(continuous.replica)
  const keyPath = await keyPathOf(address, env, host)
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION']
  return litestreamConfig({
    database,
    address,
    key: await replicaKey(password),
    retention: continuous.retention,
    ...(keyPath !== undefined && { keyPath }),
    ...(region !== undefined && { region }),
  })
}

/** Litestream finds a replica in its config by a database, which nobody needs to have any more. */
const anyDatabase = '/database'

/** A constant line: through a pipe, because Litestream reads its config from a path alone. */
const throughPipe = 'cat | "$0" "$@"'

export interface Asking {
  readonly host: Host
  readonly signal: AbortSignal
}

/**
 * Asks Litestream about a replica, or restores from it. Its config never touches the disk.
 *
 * @param what what could not be done, for the error
 * @param options flags of the command, without those that name the config
 * @throws OperatorError when it failed, also where Litestream itself only logs that
 */
export async function askLitestream(
  replicated: Replicated,
  what: string,
  [command, ...options]: readonly [string, ...string[]],
  { host, signal }: Asking,
  onOutput?: (text: string) => void,
): Promise<RunResult> {
  const config = ['-no-expand-env', '-config', '/dev/stdin']
  const argv = [litestreamProgram(), command, ...config, ...options, anyDatabase]
  const result = await host.run(['/bin/sh', '-c', throughPipe, ...argv], {
    signal,
    env: replicated.env,
    input: await configText(replicated, anyDatabase, host),
    reap: true,
    ...(onOutput && { onOutput }),
  })
  signal.throwIfAborted()
  const errors = errorsIn(result.err)
  if (result.code === 0 && errors.length === 0) return result
  const said = errors.at(-1) ?? result.err.trim().split('\n').at(-1) ?? ''
  throw litestreamError(what, said)
}
