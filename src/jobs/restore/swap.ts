import { databasesNamed, renameDatabases } from '../../backup/postgres/database.ts'
import { renameFile, seenFile } from '../../backup/restore/files.ts'
import { OperatorError } from '../../contract/error.ts'
import {
  isLost,
  isRobbed,
  movesBack,
  movesIn,
  type SwapEntry,
  type SwapMove,
  swappedOf,
  type SwapSeen,
} from '../../core/restore/swap.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import type { RestoreMemory } from './memory.ts'
import { reachOf, type RestoreContext } from './reach.ts'
import { stopAll } from './services.ts'

const minute = 60_000

/** How things of a kind are looked at and renamed. */
interface Hands {
  seen(entry: SwapEntry): Promise<SwapSeen>
  /** All of these, in order. Databases: all or none. */
  move(moves: readonly SwapMove[]): Promise<void>
}

const files: Hands = {
  seen: seenFile,
  async move(moves) {
    for (const one of moves) await renameFile(one)
  },
}

const databases = (url: string, signal: AbortSignal): Hands => ({
  async seen({ live, fresh, aside }) {
    const there = new Set(await databasesNamed(url, '', signal))
    return {
      live: there.has(live),
      fresh: fresh !== null && there.has(fresh),
      aside: there.has(aside),
    }
  },
  move: (moves) =>
    renameDatabases(
      url,
      moves.map(({ from, to }) => [from, to] as const),
      signal,
    ),
})

export function handsOf(backup: string, context: RestoreContext): Hands {
  const { config, tool } = reachOf(backup, context)
  const { source } = config
  return source.kind === 'postgres' ? databases(source.url, tool.signal) : files
}

const lost = ({ live, aside }: SwapEntry): OperatorError =>
  new OperatorError(
    `${live} is gone, and neither ${aside} nor its restored copy is there: somebody else was at it`,
    'Look for it by hand before anything is started.',
  )

async function rename(
  entry: SwapEntry,
  movesOf: typeof movesIn,
  hands: Hands,
  context: RestoreContext,
): Promise<void> {
  const seen = await hands.seen(entry)
  if (isLost(entry, seen)) throw lost(entry)
  const moves = movesOf(entry, seen)
  for (const { from, to } of moves) context.say(`${from} → ${to}`)
  if (moves.length > 0) await hands.move(moves)
}

interface Looked {
  readonly entry: SwapEntry
  readonly seen: SwapSeen
}

async function lookAt(entries: readonly SwapEntry[], hands: Hands): Promise<readonly Looked[]> {
  const all: Looked[] = []
  for (const entry of entries) all.push({ entry, seen: await hands.seen(entry) })
  return all
}

const keptOf = (all: readonly Looked[]): readonly string[] =>
  all.flatMap(({ entry, seen }) => (seen.aside ? [entry.aside] : []))

const limit = ({ services }: RestoreMemory): number => 10 * minute + 5 * minute * services.length

/** Notes before the first rename what was live, and sees that what is to take its place is still there. */
async function demandFresh(
  entries: readonly SwapEntry[],
  hands: Hands,
  context: RestoreContext,
): Promise<readonly SwapEntry[]> {
  const known = (await lookAt(entries, hands)).map(({ entry, seen }) => ({
    entry: { ...entry, had: entry.had ?? seen.live },
    seen,
  }))
  context.remember({ entries: known.map(({ entry }) => entry) })
  const robbed = known.find(({ entry, seen }) => isRobbed(entry, seen))
  if (robbed)
    throw new OperatorError(
      `${robbed.entry.fresh}, which was restored for it, is gone: somebody has removed it`,
      'Restore it again.',
    )
  return known.map(({ entry }) => entry)
}

/** What is live goes aside, what was restored takes its place. Harmless to do again. */
export const swapStep: JobStep<RestoreMemory> = {
  timeout: limit,
  disturbs: 'service',
  async run(memory, context) {
    // After a crash something may have started it meanwhile.
    await stopAll(memory, context)
    const hands = handsOf(memory.backup, context)
    const entries = await demandFresh(memory.entries, hands, context)
    for (const entry of entries) await rename(entry, movesIn, hands, context)
    const all = await lookAt(entries, hands)
    if (swappedOf(all.filter(({ entry }) => entry.fresh !== null)) !== 'new')
      throw new OperatorError('What is live is not what was restored: somebody else was at it')
    return { found: 'new', kept: keptOf(all) }
  },
}

/** How far the swap has come, after it did not end well. */
export const lookStep: JobStep<RestoreMemory> = {
  timeout: () => 5 * minute,
  disturbs: 'service',
  async run({ backup, entries }, context) {
    const hands = handsOf(backup, context)
    const all = await lookAt(entries, hands)
    const found = swappedOf(all)
    context.say(`found: ${found}`)
    return { found, kept: keptOf(all) }
  },
}

/** What was live is live again, as much of it as there is. Harmless to do again. */
export const backStep: JobStep<RestoreMemory> = {
  timeout: limit,
  disturbs: 'service',
  async run(memory, context) {
    await stopAll(memory, context)
    const hands = handsOf(memory.backup, context)
    const failures: unknown[] = []
    for (const entry of memory.entries.toReversed())
      await rename(entry, movesBack, hands, context).catch((error: unknown) => failures.push(error))
    if (failures[0] !== undefined) throw failures[0]
    return { found: 'old' }
  },
}
