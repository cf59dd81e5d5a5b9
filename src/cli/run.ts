import { parseArgs } from 'node:util'
import { messageOf } from '../contract/error.ts'
import { check } from './check.ts'
import { configCheck, configSchema } from './config.ts'
import { exit } from './outside.ts'
import type { Exit, Outside } from './outside.ts'
import { rehearse } from './rehearse.ts'
import { usage } from './usage.ts'

/** Runs one command and returns the code to leave with. */
export async function runCli(argv: readonly string[], outside: Outside): Promise<Exit> {
  const parsed = readArgs(argv)
  if ('problem' in parsed) return refuse(outside, parsed.problem)
  const { help, json, yes, words } = parsed
  const [command, ...rest] = words
  if (help) {
    outside.out(usage)
    return exit.ok
  }
  if (command === 'check' && !yes) return check(outside, { names: rest, json })
  const [sub, ...more] = rest
  if (command === 'rehearse' && more.length === 0) return rehearse(outside, { name: sub, json })
  if (json) return refuse(outside, '--json belongs to check and rehearse')
  if (command === 'init' && sub === undefined) return outside.init(outside, { yes })
  if (yes) return refuse(outside, '--yes belongs to init')
  if (command === 'config' && sub === 'check' && more.length <= 1)
    return configCheck(outside, more[0])
  if (command === 'config' && sub === 'schema' && more.length === 0) return configSchema(outside)
  if (command === undefined) return refuse(outside, 'a command is missing')
  return refuse(outside, `no such command: ${words.join(' ').replace(/\p{Cc}/gu, ' ')}`)
}

function readArgs(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    const { help = false, json = false, yes = false } = values
    return { help, json, yes, words: positionals }
  } catch (thrown) {
    return { problem: messageOf(thrown) }
  }
}

function refuse(outside: Outside, problem: string): Exit {
  outside.err(`${problem}\n\n${usage}`)
  return exit.badConfig
}
