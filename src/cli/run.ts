import { parseArgs } from 'node:util'
import { messageOf } from '../contract/error.ts'
import { check } from './check.ts'
import { configCheck, configSchema } from './config.ts'
import { exit } from './outside.ts'
import type { Exit, Outside } from './outside.ts'
import { rehearse } from './rehearse.ts'
import { readTime } from './restore-self/wish.ts'
import { usage } from './usage.ts'

/** Runs one command and returns the code to leave with. */
export async function runCli(argv: readonly string[], outside: Outside): Promise<Exit> {
  const parsed = readArgs(argv)
  if ('problem' in parsed) return refuse(outside, parsed.problem)
  const { help, json, yes, words, state } = parsed
  const [command, ...rest] = words
  if (help) {
    outside.out(usage)
    return exit.ok
  }
  if (command === 'restore-self') return bringBack(outside, parsed)
  if (Object.keys(state).length > 0)
    return refuse(outside, '--from, --repository and --at belong to restore-self')
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

type Args = Exclude<ReturnType<typeof readArgs>, { problem: string }>

async function bringBack(outside: Outside, { words, json, yes, state }: Args): Promise<Exit> {
  const { at: time, from, repository } = state
  if (words.length > 1 || json || yes) return refuse(outside, 'restore-self takes flags alone')
  if (from !== undefined && repository !== undefined)
    return refuse(outside, 'expected --from or --repository, not both')
  if (from !== undefined && time !== undefined)
    return refuse(outside, '--from is of one time, expected no --at beside it')
  const at = time === undefined ? undefined : readTime(time)
  if (at === null)
    return refuse(outside, `--at is no time: expected 2026-11-21T03:00Z or "2026-11-21 03:00"`)
  return outside.restoreSelf(outside, {
    ...(from !== undefined && { from }),
    ...(repository !== undefined && { repository }),
    ...(at !== undefined && { at }),
  })
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
        from: { type: 'string' },
        repository: { type: 'string' },
        at: { type: 'string' },
      },
    })
    const { help = false, json = false, yes = false, ...state } = values
    return { help, json, yes, state, words: positionals }
  } catch (thrown) {
    return { problem: messageOf(thrown) }
  }
}

function refuse(outside: Outside, problem: string): Exit {
  outside.err(`${problem}\n\n${usage}`)
  return exit.badConfig
}
