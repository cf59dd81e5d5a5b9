import { openArena, type Arena } from './arena.ts'
import { comeToRest } from './calm.ts'
import { createDice } from './dice.ts'
import { brokenInvariants } from './invariants/all.ts'
import { nothingLeft } from './invariants/nothing-left.ts'
import type { Options } from './options.ts'
import { roundOf, type Round } from './schedule.ts'
import { perform, restingWorld } from './trouble.ts'

type Write = (line: string) => void

/** One round: what is done to the bot, a world that rests, and everything that must hold then. */
async function play(arena: Arena, seed: string, round: Round): Promise<readonly string[]> {
  const seen = [...(await round.run(arena))]
  if (seen.length > 0) return seen
  await perform(arena, restingWorld(createDice(`${seed}/rest ${round.number}`)))
  arena.start()
  seen.push(...(await comeToRest(arena)))
  return seen.length > 0 ? seen : brokenInvariants(arena)
}

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`

/** What tells whoever reads a failure how to see it again. */
function report(write: Write, { seed }: Pick<Options, 'seed'>, round: Round, arena: Arena): void {
  write(`  seed ${seed}, round ${round.number}`)
  write(`  again: npm run torture -- --seed ${seed} --round ${round.number}`)
  write(`  what it left: ${arena.folder} (state directory: home or kept)`)
  write(`  it said last: ${arena.said().slice(-1_500).trim()}`)
}

async function playAll(arena: Arena, options: Options, write: Write): Promise<number | null> {
  const { seed, ms, round: only } = options
  const begun = performance.now()
  let number = only ?? 1
  for (; performance.now() - begun < ms; number++) {
    const round = roundOf(seed, number)
    const at = performance.now()
    const broken = await play(arena, seed, round).catch((error: unknown) => [
      `the round itself failed: ${error instanceof Error ? error.stack : String(error)}`,
    ])
    const verdict = broken.length === 0 ? 'ok' : 'BROKEN'
    write(`${number}  ${verdict}  ${seconds(at)}  ${round.says}`)
    for (const one of broken) write(`  ${one.slice(0, 1_000)}`)
    if (broken.length > 0) report(write, options, round, arena)
    if (broken.length > 0) return null
    if (only !== undefined) return 1
  }
  return number - 1
}

/** The last of it: a clean end, after which nothing is left. */
async function end(arena: Arena): Promise<readonly string[]> {
  const code = await arena.stop()
  return [...(code === 0 ? [] : [`SIGTERM ended it with ${code}`]), ...(await nothingLeft(arena))]
}

/** Tortures the bot until the time is over or something breaks. @returns the exit code */
export async function torture(options: Options, write: Write): Promise<number> {
  const begun = performance.now()
  const arena = await openArena(options.source)
  // Called off: nothing of it is left behind.
  let off = false
  const callOff = (): void => {
    off = true
    void arena.close(false).finally(() => process.exit(1))
  }
  process.on('SIGTERM', callOff)
  let clean = false
  try {
    write(`seed ${options.seed}`)
    if (!arena.disk)
      write(
        'not done here: a read-only disk, a full one by a limit only (needs root, unshare, ext4)',
      )
    arena.start()
    await arena.standin.waitForPoll(60_000).catch((error: unknown) => {
      throw new Error(`the bot does not start: ${arena.said()}`, { cause: error })
    })
    const rounds = await playAll(arena, options, write)
    const left = rounds === null ? [] : await end(arena)
    for (const one of left) write(`BROKEN  ${one}`)
    clean = rounds !== null && left.length === 0
    write(
      clean
        ? `clean: ${rounds} rounds, ${arena.deaths.length} deaths, ${seconds(begun)}, seed ${options.seed}`
        : `broken after ${seconds(begun)}, seed ${options.seed}`,
    )
  } finally {
    process.off('SIGTERM', callOff)
    await arena.close(options.keep && !clean && !off)
  }
  return clean ? 0 : 1
}
