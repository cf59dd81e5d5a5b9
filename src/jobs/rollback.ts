import { OperatorError } from '../contract/error.ts'
import type { About } from '../contract/house.ts'
import { t } from '../contract/message.ts'
import { nextMove } from '../core/deploy/course.ts'
import { type Asked, defineJob, type JobWorld } from '../flow/jobs/kind.ts'
import type { Release } from '../store/releases.ts'
import { commonWarnings, liveNow, named, pinned } from './deploy/ask.ts'
import { moveWith, rollbackEnd } from './deploy/end.ts'
import { stepLines } from './deploy/lines.ts'
import { shortOf } from './deploy/list.ts'
import { deployLocks } from './deploy/locks.ts'
import { type DeployMemory, planOfMemory, plannedSteps, unknownYet } from './deploy/memory.ts'
import { snapshotFacts } from './deploy/snapshots.ts'
import { type Reach, reachOf } from './deploy/reach.ts'
import { deploySteps } from './deploy/steps.ts'

/** The release that is asked for; without a name, the newest one that was live before this one. */
async function target(
  about: About,
  reach: Reach,
  world: JobWorld,
  live: string | null,
): Promise<Release> {
  const { service, place } = reach
  const whole = world.releases.of(service.name).filter(({ state }) => state === 'whole')
  const wanted = about['release']
  const before = whole.slice(whole.findIndex(({ name }) => name === live) + 1)
  const found =
    wanted === undefined
      ? before.find(({ lived }) => lived > 0)
      : whole.find(({ name }) => name === wanted)
  if (!found)
    throw new OperatorError(
      wanted === undefined
        ? `There is no earlier release of ${service.name} to go back to`
        : `There is no release ${wanted} of ${service.name} any more`,
      `Deploy the commit that you want: /deploy ${service.name} COMMIT.`,
    )
  if (found.name === live) throw new OperatorError(`${found.name} is the live release already`)
  if (await place.exists(found.name)) return found
  throw new OperatorError(
    `The directory of release ${found.name} is gone: somebody removed it`,
    `Deploy its commit instead: /deploy ${service.name} ${found.commit.slice(0, 7) || 'COMMIT'}.`,
  )
}

/** What a rollback would do. */
async function ask(about: About, world: JobWorld): Promise<Asked<DeployMemory>> {
  const reach = reachOf(named(about, 'service'), world)
  const { service } = reach
  world.holds.demandFree(service.name)
  const live = await liveNow(reach, world)
  const release = await target(about, reach, world, live.name)
  const short = shortOf(release)
  const memory: DeployMemory = {
    ...unknownYet,
    ...pinned(reach),
    ref: short,
    commit: release.commit,
    short,
    author: release.author,
    subject: release.subject,
    bake: 0,
    // What it would be compared with is the release that one goes away from.
    watch: 0,
    tries: 1,
    built: true,
    release: release.name,
    previous: live.name,
    previousShort: live.short,
    snapshots:
      world.releases.of(service.name).find(({ name }) => name === live.name)?.snapshots ?? [],
  }
  const { author, subject, at, lived } = release
  return {
    about: { service: service.name, release: release.name },
    memory,
    label: t('rollback-label', { service: service.name }),
    facts: [
      t('rollback-fact-to', { short: { code: short }, at: { time: at, style: 'full' } }),
      t('rollback-fact-subject', { subject, author }),
      t('rollback-fact-lived', { lived: { span: lived } }),
      ...snapshotFacts(memory, world.now()),
    ],
    steps: stepLines(planOfMemory(memory), reach, short),
    warnings: [...(await commonWarnings(reach, live.name, world)), t('rollback-cannot')],
  }
}

/** Makes an earlier release the live one again; about `{ service, release }`. */
export default defineJob<DeployMemory>({
  kind: 'rollback',
  live: true,
  locks: deployLocks,
  subject: ({ service }) => service,
  touches: ({ service }) => [service],
  headline: ({ service, short }) => t('rollback-headline', { service, short }),
  planned: plannedSteps,
  ask,
  steps: deploySteps,
  next: (memory, trail) =>
    moveWith(nextMove(planOfMemory(memory), memory, trail), (end) => rollbackEnd(memory, end)),
})
