import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from './nginx.ts'

/** What can be driven here; a line for each that cannot. */
const has = (program: string, word: string, from: string): boolean => {
  // sshd knows no flag that ends well everywhere: that it could be started is enough.
  const found = spawnSync(program, [word], { stdio: 'ignore' }).error === undefined
  if (!found) console.log(`skipped: needs ${from} (Debian: ${from})`)
  return found
}
const sshd = '/usr/sbin/sshd'

export const hasRestic = has('restic', 'version', 'restic')

/** The four kinds of repository that backups are promised for. */
export type RepositoryKind = 'directory' | 'sftp' | 'rest' | 's3'

/** Those that can be tested here. */
export const repositoryKinds: readonly RepositoryKind[] = hasRestic
  ? [
      'directory',
      ...(has(sshd, '-V', 'openssh-server') ? (['sftp'] as const) : []),
      ...(has('rclone', 'version', 'rclone') ? (['rest'] as const) : []),
      's3',
    ]
  : []

/** A place for a repository, with nothing in it yet. */
export interface RepositoryPlace {
  readonly kind: RepositoryKind
  /** As restic and the config file take it. */
  readonly url: string
  readonly password: string
  /** What restic needs to get there. */
  readonly env: Readonly<Record<string, string>>
  /** Where its files lie on this machine. */
  readonly directory: string
  /** Ends its server; twice is once. */
  stop(): Promise<void>
}

const password = 'correct horse battery'

/** Resolves once something listens on a port of this machine. */
const listening = (port: number): Promise<void> =>
  vi.waitFor(
    async () => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect').finally(() => socket.destroy())
    },
    { timeout: 20_000, interval: 50 },
  )

/** A server that the kernel ends when the tests are killed. */
async function serve(argv: readonly string[], port: number): Promise<() => Promise<void>> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], { stdio: 'ignore' })
  const gone = once(child, 'exit')
  await Promise.race([
    listening(port),
    gone.then(() => Promise.reject(new Error(`${argv[0]} ended before it listened`))),
  ])
  return async () => {
    child.kill('SIGKILL')
    await gone
  }
}

/** Commands that need a key and an unknown host's trust find both by this `ssh`, first on the PATH. */
function sshFor(root: string, port: number): string {
  const bin = join(root, 'bin')
  mkdirSync(bin)
  const options = ['-F none', `-p ${port}`, `-i '${root}/key'`, '-o IdentitiesOnly=yes']
  const trust = [
    '-o StrictHostKeyChecking=no',
    '-o UserKnownHostsFile=/dev/null',
    '-o LogLevel=ERROR',
  ]
  writeFileSync(
    join(bin, 'ssh'),
    `#!/bin/sh\nexec /usr/bin/ssh ${[...options, ...trust].join(' ')} "$@"\n`,
  )
  chmodSync(join(bin, 'ssh'), 0o755)
  return bin
}

async function sftp(root: string, directory: string): Promise<Partial<RepositoryPlace>> {
  const port = await freePort()
  for (const name of ['host', 'key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, name)])
  // Where sshd separates its privileges; its package makes it only when the service is started.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  writeFileSync(
    join(root, 'sshd_config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${root}/host`,
      `AuthorizedKeysFile ${root}/key.pub`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  )
  const stop = await serve([sshd, '-D', '-f', join(root, 'sshd_config')], port)
  return {
    url: `sftp:${userInfo().username}@127.0.0.1:${directory}`,
    env: { PATH: `${sshFor(root, port)}:${process.env['PATH'] ?? ''}` },
    stop,
  }
}

async function rest(
  _root: string,
  directory: string,
  appendOnly: boolean,
): Promise<Partial<RepositoryPlace>> {
  const port = await freePort()
  const access = [
    '--user',
    'mechanic',
    '--pass',
    'sesame',
    ...(appendOnly ? ['--append-only'] : []),
  ]
  const argv = ['rclone', 'serve', 'restic', '--addr', `127.0.0.1:${port}`, ...access, directory]
  return { url: `rest:http://mechanic:sesame@127.0.0.1:${port}/`, stop: await serve(argv, port) }
}

/**
 * By TLS, because the server does not understand the signed chunks that an S3 client sends without.
 * Its certificate is the only one that this restic trusts.
 */
async function s3(root: string, directory: string): Promise<Partial<RepositoryPlace>> {
  const [key, cert] = [join(root, 'tls.key'), join(root, 'tls.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const subject = ['-subj', '/CN=s3', '-addext', 'subjectAltName=IP:127.0.0.1']
  const out = ['-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...out], { stdio: 'pipe' })
  const { default: S3rver } = await import('s3rver')
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'backups' }],
    key: readFileSync(key, 'utf8'),
    cert: readFileSync(cert, 'utf8'),
  })
  // It would write down every object that was asked for and is not there.
  server.on('error', () => {})
  const { port } = await server.run()
  const close = once(server.httpServer, 'close')
  return {
    url: `s3:https://127.0.0.1:${port}/backups/web`,
    env: {
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
      SSL_CERT_FILE: cert,
    },
    stop: async () => {
      server.httpServer.close()
      server.httpServer.closeAllConnections()
      await close
    },
  }
}

const servers = { sftp, rest, s3 }

/**
 * Where a repository of a kind can be made, below an empty directory: for all but `directory` there
 * is a server of its own on a free port, which also ends when the tests do. `appendOnly`: of `rest`.
 */
export async function startRepository(
  kind: RepositoryKind,
  root: string,
  { appendOnly = false } = {},
): Promise<RepositoryPlace> {
  const directory = join(root, 'repository')
  mkdirSync(directory, { recursive: true })
  const place = { kind, url: directory, password, env: {}, directory, stop: async () => {} }
  if (kind === 'directory') return place
  return { ...place, ...(await servers[kind](root, directory, appendOnly)) }
}
