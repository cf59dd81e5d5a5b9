import { hasPoints } from '../../backup/points.ts'
import { ResticError } from '../../backup/restic/error.ts'
import type { Snapshot } from '../../backup/restic/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { withoutSafety } from '../../core/backup/safety.ts'
import { damageIn } from '../backup/damage.ts'
import type { JobStep, StepContext } from '../../flow/jobs/kind.ts'
import { type Reach, reachOf } from '../backup/reach.ts'
import { demandRoom, makeScratch } from '../backup/scratch.ts'
import { remaining } from '../backup/time.ts'
import type { Chosen, DrillMemory } from './memory.ts'
import { serverNeeds } from './server.ts'

/** Good runs whose snapshots are looked for. */
const looked = 50
/** Of what is restored: it is unpacked, and looked at. */
const spare = 1.5

type Context = StepContext<DrillMemory>

/** The newest one that counts as good; where the bot knows of none, the newest there is. */
function newest(
  { config: { name } }: Reach,
  { backups }: Context,
  snapshots: readonly Snapshot[],
): Snapshot {
  const byId = new Map(snapshots.map((one) => [one.id, one]))
  const good = backups.good(name, looked)
  const found = good
    .map(({ snapshot }) => byId.get(snapshot ?? ''))
    .find((one) => one !== undefined)
  const chosen = good.length > 0 ? found : withoutSafety(snapshots).at(-1)
  if (chosen) return chosen
  const advice = `Take one first: /backup ${name} now`
  if (good.length === 0)
    throw new OperatorError(`there is no snapshot of ${name} to try out`, advice)
  throw new ResticError(
    'missing',
    `None of the good snapshots of ${name} is in its repository any more`,
    `Take one now: /backup ${name} now, and see who has removed the others.`,
  )
}

async function choose(reach: Reach, context: Context): Promise<Chosen> {
  const { restic, config } = reach
  const { id, at, paths } = newest(reach, context, await restic.snapshots())
  const run = context.backups.good(config.name, looked).find(({ snapshot }) => snapshot === id)
  const { bytes, files } = await restic.size(id)
  // restic counts directories too.
  return {
    snapshot: id,
    at: run?.at ?? at,
    bytes,
    files: run?.files ?? files,
    paths,
    counts: run?.counts ?? {},
  }
}

/** The snapshot that is tried out, and whether there is room for that. One that is gone is the verdict. */
export const chooseStep: JobStep<DrillMemory> = {
  timeout: remaining,
  cancellable: true,
  async run({ backup }, context) {
    const reach = reachOf(backup, 'drill', context)
    const { scratch, tool } = reach
    await reach.restic.version()
    await makeScratch(scratch, tool)
    const found: Chosen[] = []
    const damage = await damageIn(
      async () => void found.push(await choose(reach, context)),
      context,
    )
    const [chosen] = found
    const began = context.now()
    if (!chosen) return { chosen: null, began, damage, problems: damage ? [damage.why] : [] }
    // A point in time is brought back beside the snapshot.
    const points = hasPoints(reach.config) ? chosen.bytes : 0
    const own = { path: scratch, bytes: chosen.bytes * spare + points }
    await demandRoom([own, ...(await serverNeeds(reach, spare))], tool)
    const now = context.now()
    const rpo = Math.max(0, now - chosen.at)
    return { chosen, began: now, rto: 0, rpo, damage, problems: [], seen: [] }
  },
}
