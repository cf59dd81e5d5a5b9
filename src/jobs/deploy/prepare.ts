import { OperatorError } from '../../contract/error.ts'
import type { Command } from '../../contract/host.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import { endless } from '../../core/say/why.ts'
import type { Releases, ReleaseSnapshot } from '../../store/releases.ts'
import type { Colour } from '../../contract/service.ts'
import type { JobStep, JobWorld } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'
import { adopt } from './adopt.ts'
import { discard, linkedOf, shortOf } from './list.ts'
import { demandFit } from './nginx.ts'
import { isUp } from './process.ts'
import { blueGreenOf, type DeployContext, type Reach, reachOf, sourceOf } from './reach.ts'

const minute = 60_000
/** A clone of a large repository over a slow line. */
const fetching = 20 * minute
/** Beyond the time of the backups themselves: they tidy up. */
const tidying = 30 * minute
/** Bytes that must be free before anything is written. */
const leastRoom = 64 * 2 ** 20

/** What is live now, and what that says about the way back. */
async function standing(reach: Reach, context: DeployContext) {
  const { place, manager } = reach
  const linked = await place.live('current')
  const previous = linked !== null && (await place.exists(linked)) ? linked : null
  return { previous, wasUp: isUp(await manager.status(context.signal)) }
}

/** The release that one goes back to, written down as the live one. */
async function known(reach: Reach, previous: string | null, context: DeployContext) {
  if (previous === null) return { previous, previousShort: null }
  await adopt(reach, previous, context)
  const row = context.releases.of(reach.service.name).find(({ name }) => name === previous)
  return { previous, previousShort: row ? shortOf(row) : previous }
}

/** Blue-green: the copy that is not asked, which the new release is for. */
async function idleCopy(
  reach: Reach,
  { signal }: DeployContext,
): Promise<{ colour: Colour; colourBefore: string | null; asked: Colour | null }> {
  const asked = await blueGreenOf(reach).colours.live(signal)
  const colour = asked === 'blue' ? 'green' : 'blue'
  return { colour, colourBefore: await reach.place.live(colour), asked }
}

/** Removes what earlier deploys left half made or half removed. */
async function sweep(reach: Reach, releases: Releases): Promise<void> {
  const { place, service } = reach
  await place.sweepScratch([])
  const linked = await linkedOf(reach)
  for (const name of await place.present()) {
    const state = releases.state(service.name, name)
    const half = state === 'building' || state === 'gone'
    if (half && !linked.has(name)) await discard(place, releases, service.name, name)
  }
}

/** Brings the clone up to date and finds out what is live. */
export const fetchStep: JobStep<DeployMemory> = {
  timeout: () => fetching,
  cancellable: true,
  async run(memory, context) {
    const reach = reachOf(memory.service, context)
    // The way back to a release that is there needs no room and no repository.
    if (!memory.built) {
      await reach.place.prepare()
      await sweep(reach, context.releases)
      await reach.place.room(leastRoom)
      const source = sourceOf(reach, context)
      await source.refresh()
      await source.resolve(memory.commit)
    }
    const found = await standing(reach, context)
    if (memory.strategy !== 'blue-green')
      return { ...found, ...(await known(reach, found.previous, context)) }
    await demandFit(context, reach.service.host, blueGreenOf(reach).config)
    const { asked, ...idle } = await idleCopy(reach, context)
    const previous = asked === null ? null : found.previous
    return { ...found, ...idle, ...(await known(reach, previous, context)) }
  },
}

/** Commands of the config, one after another; what they leave running would outlive its directory. */
async function runAll(
  commands: readonly Command[],
  cwd: string,
  host: string,
  { deploy, service }: Reach,
  context: DeployContext,
): Promise<void> {
  const options = { cwd, env: service.env, within: deploy.timeout, reap: true }
  for (const command of commands) await context.run(host, command, options)
}

const validating = ({ service }: DeployMemory, world: JobWorld): number => {
  const { deploy } = reachOf(service, world)
  return fetching + deploy.timeout * deploy.validate.length
}

/** Runs the commands that must pass, in a clone of their own, on this host. */
async function validate(memory: DeployMemory, reach: Reach, context: DeployContext): Promise<void> {
  const { place, deploy, host } = reach
  const directory = place.paths.scratch(context.job)
  await place.removeScratch(context.job)
  await place.room(leastRoom)
  await sourceOf(reach, context).scratch(memory.commit, directory)
  await runAll(deploy.validate, directory, host.name, reach, context)
  await place.removeScratch(context.job)
}

export const validateStep: JobStep<DeployMemory> = {
  timeout: validating,
  cancellable: true,
  async run(memory, context) {
    await validate(memory, reachOf(memory.service, context), context)
    return undefined
  },
}

/** The same on another host, where nothing is served. */
export const rehearseStep: JobStep<DeployMemory> = {
  timeout: validating,
  cancellable: true,
  async run(memory, context) {
    const reach = reachOf(memory.service, context, memory.rehearseOn ?? undefined)
    await reach.place.prepare()
    await sourceOf(reach, context).refresh()
    await validate(memory, reach, context)
    return undefined
  },
}

/** A backup that was just taken; `made` gets its name with a new repository. @throws OperatorError unless it is good */
async function takeBackup(
  backup: string,
  made: string[],
  context: DeployContext,
): Promise<ReleaseSnapshot> {
  const { id, end, memory } = await context.child('backup', { backup })
  if (memory['made'] === true) made.push(backup)
  context.remember({ made })
  const [run] = context.backups.runs(backup, 1)
  const own = run?.job === id ? run : undefined
  if (end.ok && own?.verdict === 'good' && own.snapshot !== null) {
    context.say(`backed up ${backup}: snapshot ${shortId(own.snapshot)}`)
    return { backup, snapshot: own.snapshot, at: own.at ?? own.endedAt }
  }
  const why = own?.why ?? end.outcome
  throw new OperatorError(
    own?.verdict === 'doubtful'
      ? `the backup of ${backup} is doubtful: ${endless(why)}`
      : `there is no backup of ${backup}: ${endless(why)}`,
    `Take it by itself, /backup ${backup} now${own?.verdict === 'doubtful' ? ', and accept it if all is as it should be' : ''}. Then deploy again.`,
  )
}

/** Takes the backups that the config names before anything changes: no good backup, no deploy. */
export const backupStep: JobStep<DeployMemory> = {
  timeout: ({ service }, world) => {
    const times = reachOf(service, world).deploy.backup.map((one) => world.backup(one).timeout)
    return times.reduce((sum, time) => sum + time, tidying)
  },
  cancellable: true,
  async run({ service }, context) {
    const snapshots: ReleaseSnapshot[] = []
    const made: string[] = []
    for (const backup of reachOf(service, context).deploy.backup)
      snapshots.push(await takeBackup(backup, made, context))
    return { snapshots }
  },
}

/** Makes the release: its row, its directory, what is shared, what the build commands make. */
export const buildStep: JobStep<DeployMemory> = {
  timeout: ({ service }, world) => {
    const { deploy } = reachOf(service, world)
    return fetching + deploy.timeout * deploy.build.length
  },
  cancellable: true,
  async run(memory, context) {
    const reach = reachOf(memory.service, context)
    const { place, deploy, service } = reach
    const { releases } = context
    await place.room(leastRoom)
    const at = context.now()
    const taken = [...(await place.present()), ...releases.names(service.name)]
    const release = place.nameFor(memory.commit, at, taken)
    const { commit, subject, author } = memory
    const by = context.by === undefined ? {} : { by: context.by }
    context.remember({ release })
    const draft = { service: service.name, name: release, commit, subject, author, at, ...by }
    releases.begin({ ...draft, snapshots: memory.snapshots })
    const directory = place.paths.release(release)
    await sourceOf(reach, context).checkout(commit, directory)
    // Before the build, which may need what is shared: an .env, a cache.
    await place.linkShared(release)
    await runAll(deploy.build, directory, service.host, reach, context)
    await place.flush(release)
    releases.mark(service.name, release, 'whole')
    return { release }
  },
}
