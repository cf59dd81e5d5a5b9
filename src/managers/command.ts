import { shownCommand } from '../contract/command.ts'
import type { Clock } from '../contract/clock.ts'
import { OperatorError } from '../contract/error.ts'
import type { Command, Host, RunResult } from '../contract/host.ts'
import type { Instance, Manager } from '../contract/service.ts'
import { pause } from './proc.ts'

export interface CommandService {
  readonly name: string
  readonly start?: Command
  readonly stop?: Command
  readonly status?: Command
  /** Variables for all three. */
  readonly env: Readonly<Record<string, string>>
}

const participle = { start: 'started', stop: 'stopped' } as const

const hour = 3_600_000
const mostDeaths = 1000
/** Milliseconds between two looks whether it has ended. */
const between = 250
/** Milliseconds without an answer that a restart is expected to bring, until one was seen: a guess. */
const usualRestart = 2000

/** The last line it said, for a person. */
const said = ({ err, out }: RunResult): string =>
  (err.trim() || out.trim()).split('\n').at(-1)?.trim().slice(0, 200) ?? ''

/** Commands that print what runs and succeed even when nothing does, as `docker compose ps -q`. */
const lists = (command: Command): boolean =>
  /(?:^|\s)(?:ps|ls|list)(?:\s|$)/.test(shownCommand(command))

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
  /** Milliseconds that its last restart took. */
  let lastRestart: number | null = null

  const run = async (command: Command, signal: AbortSignal): Promise<RunResult> => {
    const result = await host.run(command, { signal, env })
    if (result.missing)
      throw new OperatorError(
        `${shownCommand(command)} cannot be run on ${host.name}: it is not there, or may not be run`,
        `Correct the commands of the service ${name}.`,
      )
    if (result.aborted)
      throw new OperatorError(`${shownCommand(command)} on ${host.name} did not end in time`)
    return result
  }
  const failed = (command: Command, result: RunResult): OperatorError =>
    new OperatorError(
      `${shownCommand(command)} on ${host.name} ${exitOf(result)}${said(result) && `: ${said(result)}`}`,
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

  const needs = (what: 'start' | 'stop', command: Command | undefined): void => {
    if (command) return
    throw new OperatorError(
      `The service ${name} cannot be ${participle[what]}: it has no ${what} command`,
      `Give it one: \`manager: { command: { ${what}: … } }\`.`,
    )
  }
  const begin = async (signal: AbortSignal): Promise<void> => {
    if (!start) return
    const result = await run(start, signal)
    if (result.code !== 0) throw failed(start, result)
  }
  /** Its stop command may return before it has ended; only a status command can tell. */
  const ended = async (signal: AbortSignal): Promise<void> => {
    while (status && saysUp(status, await run(status, signal))) await pause(between, clock)
  }
  const restart = async (signal: AbortSignal): Promise<void> => {
    needs('start', start)
    expected = true
    const began = clock.monotonic()
    await halt(signal)
    await begin(signal)
    lastRestart = clock.monotonic() - began
  }

  return {
    manager: 'command',
    restartSteps: () => [stop, start].filter((command) => command !== undefined).map(shownCommand),
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
    restart,
    reload: restart,
    reloading: () => Promise.resolve({ gap: Math.round(lastRestart ?? usualRestart) }),
    start: async (signal) => {
      needs('start', start)
      // Never a second copy beside one that runs.
      if (!status || !saysUp(status, await run(status, signal))) await begin(signal)
    },
    stop: async (signal) => {
      needs('stop', stop)
      expected = true
      await halt(signal)
      await ended(signal)
    },
    logs: () =>
      Promise.reject(
        new OperatorError(`The service ${name} has no logs that the bot knows of: commands run it`),
      ),
  }
}
