import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { OperatorError } from '../../contract/error.ts'
import type { Host, RunResult } from '../../contract/host.ts'

/** PM2's own command, run by this Node and not by whichever is first in PATH. */
const pm2 = fileURLToPath(new URL('../../../node_modules/pm2/bin/pm2', import.meta.url))

/** sun_path is 108 bytes with its end: unix(7); macOS has 104. PM2's longest name in its home. */
const longestHome = 103 - '/interactor.sock'.length

const startMs = 30_000
const stopMs = 15_000
const answerEvery = 50

/** The shop, in a PM2 that the demo has for itself. */
export interface Shop {
  readonly port: number
  /** Ends the process as an accident would; false where there is none. */
  kill(): Promise<boolean>
  /** `pm2 stop`, as an operator would by hand; false where there is nothing to stop. */
  stop(): Promise<boolean>
  /** Ends PM2 and all that it runs. */
  close(): Promise<void>
}

/** A port that nobody uses. The shop needs the same one after each restart, so it cannot be 0. */
function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    server.close(() => resolve(port))
  })
  return promise
}

function isOpen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1')
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

/** PM2 calls a process online before it listens. False: it did not within `startMs`. */
async function opens(port: number): Promise<boolean> {
  const limit = AbortSignal.timeout(startMs)
  while (!(await isOpen(port))) {
    if (limit.aborted) return false
    await setTimeout(answerEvery)
  }
  return true
}

/** What went wrong, as far as PM2's output tells. */
function complaint({ out, err, aborted, took }: RunResult): string {
  if (aborted) return `not done within ${Math.round(took / 1000)} s`
  const lines = `${out}\n${err}`.split('\n').map((line) => line.trim())
  const errors = lines.filter((line) => /error/i.test(line))
  return (errors.length > 0 ? errors : lines.filter((line) => line !== '')).at(-1) ?? 'no word why'
}

/** Pids are all digits and never of a group or of everybody: kill(2). */
async function pidIn(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return /^[1-9]\d*$/.test(text.trim()) ? Number(text.trim()) : null
}

/** False when it was gone already. */
function signal(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

/**
 * Starts a PM2 daemon in `home`, and the shop in it with autorestart off, so that what restarts it is
 * the bot. It runs from the link `current`, wherever that leads when it is started, and writes to the
 * database `orders`, where there is one.
 *
 * @throws OperatorError when PM2 cannot be started; nothing is left running then
 */
export async function openShop(
  host: Host,
  home: string,
  current: string,
  orders: string | undefined,
): Promise<Shop> {
  const env = { PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true', PM2_DISCRETE_MODE: 'true' }
  const run = (args: readonly string[], ms: number): Promise<RunResult> =>
    host.run([process.execPath, pm2, ...args], { env, signal: AbortSignal.timeout(ms) })
  const shopPid = (): Promise<number | null> => pidIn(join(home, 'pids', 'shop-0.pid'))

  async function close(): Promise<void> {
    const shop = await shopPid()
    const { code } = await run(['kill'], stopMs)
    if (code !== 0) signal(shop)
    // Its file goes with a daemon that ended; by now the pid may be somebody else's.
    const pid = await pidIn(join(home, 'pm2.pid'))
    const daemon = (await host.processes()).find((one) => one.pid === pid)
    if (daemon?.command.includes('God Daemon')) signal(daemon.pid)
  }

  if (Buffer.byteLength(home) > longestHome)
    throw new OperatorError(`PM2 cannot live in ${home}: the path is too long for its sockets`)
  const port = await freePort()
  const how = ['--name', 'shop', '--no-autorestart', '--interpreter', process.execPath]
  const args = [String(port), ...(orders === undefined ? [] : [orders])]
  const where = [join(current, 'shop.ts'), '--cwd', current]
  const started = await run(['start', ...where, ...how, '--', ...args], startMs)
  if (started.code !== 0) {
    await close()
    throw new OperatorError(`PM2 could not be started: ${complaint(started)}`)
  }
  if (!(await opens(port))) {
    await close()
    throw new OperatorError(`The shop did not open on port ${port} within ${startMs / 1000} s`)
  }
  return {
    port,
    kill: async () => signal(await shopPid()),
    async stop() {
      if ((await shopPid()) === null) return false
      const stopped = await run(['stop', 'shop'], stopMs)
      if (stopped.code !== 0) throw new OperatorError(`pm2 stop failed: ${complaint(stopped)}`)
      return true
    },
    close,
  }
}
