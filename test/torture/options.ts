import { parseArgs } from 'node:util'

export interface Options {
  readonly seed: string
  /** No round begins later than this many ms after the start. */
  readonly ms: number
  /** Only this round, on a fresh start. */
  readonly round: number | undefined
  /** The checkout whose `src/main.ts` is tortured. */
  readonly source: string
  /** Keeps what a failed round left. */
  readonly keep: boolean
  /** Tortures a copy with a bug, and expects to find it. */
  readonly selfTest: boolean
  /** Prints what would be done, and does nothing. */
  readonly plan: boolean
}

export const usage = `npm run torture -- [--seed TEXT] [--minutes N] [--round K] [--plan] [--self-test]

--seed TEXT   of all chance; default: a new one, which is printed
--minutes N   no round begins later than that; default 10
--round K     only this round of the seed's schedule
--plan        prints the schedule of the first 40 rounds
--self-test   plants a bug in a copy of the sources and expects to catch it
--source DIR  another checkout to torture
`

/** @throws TypeError for an option that does not exist, RangeError for a number that makes no sense */
export function readOptions(argv: readonly string[], cwd: string): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '10' },
      round: { type: 'string' },
      source: { type: 'string', default: cwd },
      plan: { type: 'boolean', default: false },
      'self-test': { type: 'boolean', default: false },
    },
  })
  const minutes = Number(values.minutes)
  const round = values.round === undefined ? undefined : Number(values.round)
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new RangeError('--minutes is a number up to 1440')
  if (round !== undefined && !(Number.isInteger(round) && round > 0))
    throw new RangeError('--round is a number from 1')
  return {
    seed: values.seed ?? String(Date.now() % 1_000_000),
    ms: minutes * 60_000,
    round,
    source: values.source,
    keep: true,
    selfTest: values['self-test'],
    plan: values.plan,
  }
}
