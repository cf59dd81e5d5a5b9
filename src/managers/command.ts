import type { Clock } from '../contract/clock.ts'
import { OperatorError } from '../contract/error.ts'
import type { Command, Host, RunResult } from '../contract/host.ts'
import type { Instance, Manager } from '../contract/service.ts'

export interface CommandService {
  readonly name: string
  readonly start?: Command
  readonly stop?: Command
  readonly status?: Command
  /** Variables for all three. */
  readonly env: Readonly<Record<string, string>>
}

const hour = 3_600_000
const mostDeaths = 1000

const shown = (command: Command): string =>
  typeof command === 'string'
    ? command
    : command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')

/** The last line it said, for a person. */
const said = ({ err, out }: RunResult): string =>
  (err.trim() || out.trim()).split('\n').at(-1)?.trim().slice(0, 200) ?? ''

/** Commands that print what runs and succeed even when nothing does, as `docker compose ps -q`. */
const lists = (command: Command): boolean => /(?:^|\s)(?:ps|ls|list)(?:\s|$)/.test(shown(command))

/**
 * Whether a status command says that the service runs: it does when it succeeds, except when a
 * command that lists what runs has nothing to list. A silent success of any other command, such as
 * `nc -z` or `systemctl is-active -q`, is a yes.
 */
export const saysUp = (command: Command, { code, out }: RunResult): boolean =>
  code === 0 && (out.trim() !== '' || !lists(command))

const exitOf = ({ code, signal }: RunResult): string =>
  code === null ? `was ended by ${signal}` : `exited with code ${code}`

/** A service run by commands of the config. They must return: what they start has to go on by itself. */
export function createCommandManager(host: Host, service: CommandService, clock: Clock): Manager {
  const { name, start, stop, status, env } = service
  let wasUp = false
  let expected = false
  let deaths: readonly number[] = []

  const run = async (command: Command, signal: AbortSignal): Promise<RunResult> => {
    const result = await host.run(command, { signal, env })
    if (result.missing)
      throw new OperatorError(
        `${shown(command)} cannot be run on ${host.name}: it is not there, or may not be run`,
        `Correct the commands of the service ${name}.`,
      )
    if (result.aborted)
      throw new OperatorError(`${shown(command)} on ${host.name} did not end in time`)
    return result
  }
  const failed = (command: Command, result: RunResult): OperatorError =>
    new OperatorError(
      `${shown(command)} on ${host.name} ${exitOf(result)}${said(result) && `: ${said(result)}`}`,
    )
  const instance = (state: Instance['state'], saw: string): Instance => ({
    label: '',
    state,
    pid: null,
    since: null,
    crashes: deaths.length,
    looping: false,
    saw,
  })
  const halt = async (signal: AbortSignal): Promise<void> => {
    if (!stop) return
    const result = await run(stop, signal)
    if (result.code === 0) return
    // It may fail because nothing ran; but never start a second copy beside one that does.
    if (status && !saysUp(status, await run(status, signal))) return
    throw failed(stop, result)
  }

  return {
    manager: 'command',
    restartSteps: () => [stop, start].filter((command) => command !== undefined).map(shown),
    status: async (signal) => {
      if (!status) return []
      const result = await run(status, signal)
      const up = saysUp(status, result)
      const now = clock.now()
      if (wasUp && !up && !expected) deaths = [...deaths, now]
      deaths = deaths.filter((at) => at > now - hour).slice(-mostDeaths)
      wasUp = up
      if (up) expected = false
      if (up) return [instance('up', 'runs')]
      return [instance('down', result.code === 0 ? 'lists nothing' : `status ${exitOf(result)}`)]
    },
    restart: async (signal) => {
      if (!start)
        throw new OperatorError(
          `The service ${name} cannot be restarted: it has no start command`,
          `Give it one: \`manager: { command: { start: … } }\`.`,
        )
      expected = true
      await halt(signal)
      const result = await run(start, signal)
      if (result.code !== 0) throw failed(start, result)
    },
    logs: () =>
      Promise.reject(
        new OperatorError(`The service ${name} has no logs that the bot knows of: commands run it`),
      ),
  }
}
