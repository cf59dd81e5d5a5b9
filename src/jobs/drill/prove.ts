import { join } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import { verbatim } from '../../contract/message.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { type Reach, reachOf } from '../backup/reach.ts'
import { remaining } from '../backup/time.ts'
import {
  askAll,
  compareRows,
  type Found,
  foundAll,
  type Restored,
  restoredPostgres,
  restoredSqlite,
  wholeness,
} from './ask.ts'
import { proveFiles } from './files.ts'
import type { DrillMemory } from './memory.ts'
import { provePoints } from './points.ts'
import { chosenOf, scratchAddress } from './restore.ts'

async function proveRows(database: Restored, memory: DrillMemory, reach: Reach): Promise<Found> {
  const { config, tool } = reach
  return foundAll([
    await compareRows(database, chosenOf(memory).counts),
    await askAll(database, config.drill.expect, tool),
  ])
}

async function proveSqlite(memory: DrillMemory, reach: Reach): Promise<Found> {
  const { tool, scratch } = reach
  const [path] = chosenOf(memory).paths
  if (path === undefined) throw new OperatorError('the snapshot holds no database')
  const restored = join(scratch, path)
  const problems = await wholeness(restored, path, tool)
  if (problems.length > 0) return { problems, seen: [] }
  return proveRows(restoredSqlite(restored, tool), memory, reach)
}

function proveIt(memory: DrillMemory, reach: Reach): Promise<Found> {
  const { kind } = reach.config.source
  if (kind === 'sqlite') return proveSqlite(memory, reach)
  if (kind === 'paths' || kind === 'self') return proveFiles(reach, chosenOf(memory))
  return proveRows(restoredPostgres(scratchAddress(reach, memory), reach.tool), memory, reach)
}

/** Looks at what was restored: whole, complete, and answering as it should. */
export const proveStep: JobStep<DrillMemory> = {
  timeout: remaining,
  cancellable: true,
  async run(memory, context) {
    const reach = reachOf(memory.backup, 'drill', context)
    const found = [await proveIt(memory, reach), await provePoints(reach, context.now())]
    const { problems, seen } = foundAll(found)
    return { problems: problems.map((one) => context.redact(one)), seen }
  },
}

const longest = 600

/** Files the verdict. */
export const judgeStep: JobStep<DrillMemory> = {
  timeout: () => 60_000,
  disturbs: 'nothing',
  async run(memory, { backups, job, now }) {
    const { backup, problems, rto, rpo } = memory
    const snapshot = memory.chosen?.snapshot ?? null
    const earlier = backups.lastProof(backup, 'drill')
    // Written down before, and cut short before that was remembered.
    if (earlier?.job === job && earlier.at >= memory.began) return undefined
    const ok = problems.length === 0
    const words = problems.join('; ').slice(0, longest)
    const text = ok ? (memory.seen[0] ?? verbatim(shortId(snapshot ?? ''))) : verbatim(words)
    const proof = { backup, job, kind: 'drill', at: now(), ok, snapshot, part: null } as const
    backups.addProof({ ...proof, rto: ok ? rto : null, rpo: snapshot === null ? null : rpo, text })
    return undefined
  },
}
