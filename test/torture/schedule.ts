import { createDice } from './dice.ts'
import type { Kind, Prepared } from './round.ts'
import { clock } from './rounds/clock.ts'
import { configs } from './rounds/configs.ts'
import { kill, killAtCommit, killAtMessage, stop } from './rounds/deaths.ts'
import { diskFull, diskReadOnly } from './rounds/disk.ts'
import { noDescriptors, noTools } from './rounds/forks.ts'
import { hostile } from './rounds/hostile.ts'
import { locked } from './rounds/locked.ts'
import { outputs } from './rounds/outputs.ts'
import { reloadBroken, reloadGood } from './rounds/reload.ts'
import { telegram } from './rounds/telegram.ts'

/** Everything that is done, in each block of rounds once, in an order of its own. */
const once: readonly Kind[] = [
  kill,
  kill,
  killAtMessage,
  stop,
  reloadBroken,
  reloadGood,
  ...(
    ['flood', 'server-error', 'hang', 'reset', 'drop', 'garbage', 'slow', 'refused'] as const
  ).map(telegram),
  diskFull,
  diskReadOnly,
  locked,
  clock,
  clock,
  noDescriptors,
  noTools,
  hostile,
  hostile,
  hostile,
  configs,
  configs,
  outputs,
  outputs,
]

/** Deaths at a commit find most: every so many rounds there is one. */
const rhythm = 4
const before = rhythm - 1
const length = once.length + Math.ceil(once.length / before)

export interface Round extends Prepared {
  readonly number: number
}

/** What a round does: a pure function of the seed and its number, which begins at 1. */
export function roundOf(seed: string, number: number): Round {
  const block = Math.floor((number - 1) / length)
  const place = (number - 1) % length
  const others = createDice(`${seed}/block ${block}`).shuffled(once)
  const kind =
    place % rhythm === 1 ? killAtCommit : others[place - Math.floor((place + before - 1) / rhythm)]
  const prepare = kind ?? killAtCommit
  return { number, ...prepare(createDice(`${seed}/round ${number}`)) }
}
