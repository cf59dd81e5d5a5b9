import { z } from 'zod'
import { shownCommand } from '../src/contract/command.ts'
import { OperatorError } from '../src/contract/error.ts'
import { defineFix } from '../src/contract/fix.ts'
import type { Command, RunResult } from '../src/contract/host.ts'
import { formatDuration } from '../src/contract/units.ts'
import { fingerprint } from '../src/probe/fingerprint.ts'

const params = z.strictObject({
  run: z
    .union([z.string().min(1), z.tuple([z.string().min(1)], z.string())], {
      error: 'expected a command: a list of its words, or one line for the shell',
    })
    .describe('the command: a list is an argv, a text runs under `sh -c`'),
  env: z.record(z.string(), z.string()).default({}).describe('added to its small environment'),
  cwd: z
    .string()
    .startsWith('/', 'expected an absolute path')
    .optional()
    .describe('absolute path of the directory it runs in'),
})

const nameOf = (command: Command): string =>
  typeof command === 'string' ? 'the shell command' : command[0].replace(/^.*\//, '')

/** The end of what it said, on one line. */
const said = ({ out, err }: RunResult): string => {
  const last = `${out}\n${err}`.trim().split('\n').at(-1)?.trim() ?? ''
  return last === '' ? '' : `: ${last.slice(0, 200)}`
}

function refused(command: Command, host: string, result: RunResult): OperatorError | null {
  const { code, signal, missing, aborted, took } = result
  const name = `${nameOf(command)} on ${host}`
  if (missing)
    return new OperatorError(
      `${name} is not there or may not be run`,
      'Install it, or correct its path in the config.',
    )
  if (aborted) return new OperatorError(`${name} was ended, not done after ${formatDuration(took)}`)
  if (code === 0) return null
  const how = code === null ? `was ended by ${signal}` : `exited with code ${code}`
  return new OperatorError(`${name} ${how}${said(result)}`, 'Run it by hand to see what it needs.')
}

export default defineFix({
  kind: 'command',
  summary: 'Runs a command of the config.',
  risk: 'disruptive',
  params,
  look: () => Promise.resolve(null),
  // The command itself may hold secrets, which a stored plan must not.
  plan: (_, { run }) => [{ show: shownCommand(run), act: fingerprint(run) }],
  act: async (step, { run, env, cwd }, { host, signal }) => {
    if (step.act !== fingerprint(run))
      throw new OperatorError('The command in the config is not the one that was planned')
    const result = await host.run(run, { signal, env, ...(cwd !== undefined && { cwd }) })
    const problem = refused(run, host.name, result)
    if (problem) throw problem
    return {
      result: `${nameOf(run)} ended well in ${formatDuration(result.took)}${said(result)}`,
    }
  },
})
