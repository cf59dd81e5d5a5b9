import type { JobWorld } from '../../flow/jobs/kind.ts'
import { saidBy } from './paths.ts'
import { type DeployContext, type Reach, sourceOf } from './reach.ts'

const subject = 'Deployed by hand, or before Mechanic'
const somebody = 'somebody'

/** The commit of a release that is in no list, or the first digits of it; empty where nobody knows. */
export const commitOf = async (reach: Reach, name: string, world: JobWorld): Promise<string> =>
  saidBy(name)?.commit ??
  (await sourceOf(reach, world)
    .at(reach.place.paths.release(name))
    .catch(() => null)) ??
  ''

/** Epoch milliseconds of the last change of a path; where there is none, of now. */
async function changed({ host }: Reach, path: string, now: number): Promise<number> {
  const facts = await host.files.look(path)
  return Math.min(facts?.modified ?? now, now)
}

/**
 * Writes down which release is live, where somebody else has made it so: it is one that can be gone
 * back to, since `current` was changed.
 */
export async function adopt(reach: Reach, name: string, context: DeployContext): Promise<void> {
  const { place, service } = reach
  const { releases } = context
  const known = releases.of(service.name).find((one) => one.name === name)
  if (known?.state === 'whole' && known.liveSince !== null) return
  const now = context.now()
  if (known?.state !== 'whole')
    releases.adopt({
      service: service.name,
      name,
      commit: await commitOf(reach, name, context),
      subject,
      author: somebody,
      by: somebody,
      at: saidBy(name)?.at ?? (await changed(reach, place.paths.release(name), now)),
    })
  releases.live(service.name, name, await changed(reach, place.paths.current, now))
}
