import { connect } from 'node:net'
import { join } from 'node:path'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { createReader, encode } from './amp.ts'

/** 200 processes with large environments take a few megabytes. */
const largestAnswer = 64 * 2 ** 20

/** The daemon of a PM2 home is not there; for discovery that is an answer, not a fault. */
export class NotRunning extends OperatorError {}

/** Words for a failed connection to one of the sockets of `home`. */
export function refusal(home: string, host: string, thrown: unknown): OperatorError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR')
    return new NotRunning(
      `PM2 is not running for ${home} on ${host}`,
      `Start it as its user with \`PM2_HOME=${home} pm2 resurrect\`, and \`pm2 startup\` so that it comes back after a reboot.`,
      thrown,
    )
  if (code === 'EACCES' || code === 'EPERM')
    return new OperatorError(
      `PM2 for ${home} on ${host} does not let this user in`,
      'Run the bot as the user that owns this PM2 home.',
      thrown,
    )
  return new OperatorError(
    `PM2 for ${home} on ${host} broke off: ${messageOf(thrown)}`,
    `See ${join(home, 'pm2.log')}.`,
    thrown,
  )
}

const errorOf = (answer: unknown): string | null =>
  typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : null

const resultOf = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'args' in answer && Array.isArray(answer.args)
    ? answer.args[0]
    : null

/**
 * Asks the daemon of a PM2 home for one thing, on a connection of its own, so that a daemon that was
 * replaced is noticed at once.
 *
 * @throws {NotRunning} when nobody listens there
 * @throws {OperatorError} when it refuses, breaks off, or `signal` is aborted first
 */
export function call(
  at: { readonly home: string; readonly host: string },
  method: string,
  argument: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const { home, host } = at
  return new Promise((resolve, reject) => {
    const socket = connect({ path: join(home, 'rpc.sock') })
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', late)
      socket.destroy()
      settle()
    }
    const fail = (thrown: unknown) => end(() => reject(refusal(home, host, thrown)))
    const late = () =>
      end(() =>
        reject(
          new OperatorError(
            `PM2 for ${home} on ${host} did not answer ${method} in time`,
            `See whether its daemon hangs: ${join(home, 'pm2.log')}.`,
          ),
        ),
      )
    const read = createReader({ max: largestAnswer }, (args) => {
      const refused = errorOf(args?.[0])
      if (!args) fail(new Error('its answer is too large'))
      else if (refused === null) end(() => resolve(resultOf(args[0])))
      else end(() => reject(new OperatorError(`PM2 for ${home} on ${host} refused: ${refused}`)))
    })
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('it closed the connection')))
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (thrown) {
        fail(thrown)
      }
    })
    socket.write(encode([{ type: 'call', method, args: [argument] }, '0']))
    if (signal.aborted) late()
    else signal.addEventListener('abort', late, { once: true })
  })
}
