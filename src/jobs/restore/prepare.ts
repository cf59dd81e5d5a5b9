import { isThere, realPath, removeTree, renameFile } from '../../backup/restore/files.ts'
import { OperatorError } from '../../contract/error.ts'
import { formatSize } from '../../contract/units.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { demandRoom } from '../backup/scratch.ts'
import type { RestoreMemory } from './memory.ts'
import { type Reach, reachOf } from './reach.ts'
import { demandNoMounts } from './mounts.ts'
import { needsOf } from './room.ts'
import { processesOf } from './services.ts'
import { handsOf } from './swap.ts'
import { dropFresh, endAll, tidy } from './tidy.ts'

const minute = 60_000
/** Beyond the data itself, on each disk. */
const spare = 1.1
const leastRoom = 64 * 2 ** 20

/** Ends and removes what an earlier restore of it has left. */
export const clearStep: JobStep<RestoreMemory> = {
  timeout: () => 10 * minute,
  async run(memory, context) {
    const reach = reachOf(memory.backup, context)
    const ended = await endAll(reach)
    if (ended > 0) context.say(`${ended} left over processes were ended`)
    await removeTree(reach.scratch)
    if (memory.to === 'live') await dropFresh(memory, context)
    return undefined
  },
}

/** The files and directories that are going to be replaced. */
async function placesOf(
  { to, kind, paths }: RestoreMemory,
  { config: { source }, tool }: Reach,
): Promise<readonly string[]> {
  if (to === 'side' || kind === 'postgres') return []
  return source.kind === 'sqlite' ? [await realPath(source.path, tool)] : paths
}

/** Looks whether it can be done, before anything is written. */
export const inspectStep: JobStep<RestoreMemory> = {
  timeout: () => 10 * minute,
  cancellable: true,
  async run(memory, context) {
    const reach = reachOf(memory.backup, context)
    const { restic } = reach
    const places = await placesOf(memory, reach)
    await demandNoMounts(places, reach)
    if (memory.exclusive) await processesOf(memory.services, context)
    if (memory.snapshot === null) return undefined
    await restic.version()
    const { bytes, files } = await restic.size(memory.snapshot)
    context.say(`${formatSize(bytes)} in ${files} files and directories`)
    const needs = await needsOf(memory, { places, bytes }, reach, context)
    const spared = needs.map((need) => ({ ...need, bytes: need.bytes * spare }))
    await demandRoom(spared, reach.tool, leastRoom)
    return undefined
  },
}

/** Backs up what is live, unless nothing is left of it. */
export const safetyStep: JobStep<RestoreMemory> = {
  timeout: ({ backup }, world) => 2 * world.backup(backup).timeout,
  cancellable: true,
  async run({ backup, entries }, context) {
    const hands = handsOf(backup, context)
    const seen = await Promise.all(entries.map((entry) => hands.seen(entry)))
    if (!seen.some(({ live }) => live)) {
      context.say('nothing is left of it that could be backed up')
      return undefined
    }
    const { id, end } = await context.child('backup', { backup, for: 'safety' })
    const run = context.backups.runs(backup, 20).find(({ job }) => job === id)
    if (run?.snapshot && run.verdict !== 'failed') {
      const doubt = run.verdict === 'doubtful' ? (run.why ?? '') : null
      if (doubt !== null) context.say(`the safety backup is doubtful: ${doubt}`)
      return { saved: run.snapshot, doubt }
    }
    throw new OperatorError(
      `${backup} could not be backed up as it is now${run?.why ? `: ${run.why}` : ''} (${end.outcome})`,
    )
  },
}

/** To the side: from here on it is the person's own. */
export const placeStep: JobStep<RestoreMemory> = {
  timeout: () => 5 * minute,
  async run(memory, context) {
    const { backup, stamp, kind, entries, fetched } = memory
    if (kind === 'postgres') return { placed: entries[0]?.fresh ?? null }
    const place = context.restored(`${backup}-${stamp}`)
    const [from] = fetched
    if (from !== undefined && (await isThere(from))) await renameFile({ from, to: place })
    return { placed: place }
  },
}

/** Removes what is not wanted any more. */
export const tidyStep: JobStep<RestoreMemory> = {
  timeout: () => 30 * minute,
  tidies: true,
  run: tidy,
}
