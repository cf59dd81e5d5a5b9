import { shownCommand } from '../../contract/command.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Command, RunOptions, RunResult } from '../../contract/host.ts'
import type { Transcript } from '../../core/job/transcript.ts'
import type { JobWorld } from './kind.ts'

/** Characters of the last line that go into a message. */
const widest = 300

const lastLine = ({ out, err }: RunResult): string => {
  const last = (text: string): string =>
    text
      .trim()
      .split(/[\r\n]+/)
      .at(-1) ?? ''
  return (last(err) || last(out)).slice(0, widest)
}

/** Why a command did not do what it should; null where it did. */
function problemOf(result: RunResult, shown: string, host: string): OperatorError | null {
  if (result.missing)
    return new OperatorError(
      `${shown} cannot be run on ${host}: there is no such command`,
      'Install it, or see that PATH leads to it.',
    )
  if (result.aborted) return new OperatorError(`${shown} on ${host} was ended before it was done`)
  if (result.code === 0) return null
  const how = result.code === null ? `ended by ${result.signal}` : `exit code ${result.code}`
  const last = lastLine(result)
  return new OperatorError(`${shown} failed on ${host} (${how})${last === '' ? '' : `: ${last}`}`)
}

/** Runs a command of a step; what it puts out becomes part of the step's own output. */
export async function runCommand(
  world: JobWorld,
  transcript: Pick<Transcript, 'add'>,
  name: string,
  command: Command,
  options: Omit<RunOptions, 'signal' | 'onOutput'> = {},
): Promise<RunResult> {
  const host = world.host(name)
  const shown = shownCommand(command)
  transcript.add(`$ ${shown}\n`)
  const onOutput = (text: string): void => transcript.add(text)
  const result = await host.run(command, { ...options, signal: world.signal, onOutput })
  // Cut only now: of a secret that was cut nothing is known.
  const problem = problemOf(result, world.redact(shown).slice(0, widest), host.name)
  if (problem) throw problem
  return result
}
