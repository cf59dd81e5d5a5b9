import type { Outside } from '../../src/cli/outside.ts'
import { runCli } from '../../src/cli/run.ts'
import { fakeClock } from '../support/clock.ts'
import { kinds } from '../config/kinds.ts'

/** Runs a command in a made-up world and gives back all it said. */
export async function cli(argv: readonly string[], world: Partial<Outside> = {}) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(argv, {
    clock: fakeClock(),
    env: {},
    home: '/home/asha',
    machineZone: 'UTC',
    languages: ['en'],
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    loadKinds: async () => kinds,
    openChecking: async () => {
      throw new Error('nothing to check here')
    },
    init: async () => {
      throw new Error('nothing to set up here')
    },
    openRehearsals: async () => {
      throw new Error('nothing to rehearse here')
    },
    restoreSelf: async () => {
      throw new Error('nothing to bring back here')
    },
    ...world,
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
