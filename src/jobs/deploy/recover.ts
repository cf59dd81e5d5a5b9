import type { Releases } from '../../store/releases.ts'
import { OperatorError } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { discard, linkedOf } from './list.ts'
import type { DeployMemory } from './memory.ts'
import { otherThan } from './colours.ts'
import { cutOver } from './nginx.ts'
import { stopCopy } from './process.ts'
import { blueGreenOf, type DeployContext, type Reach, reachOf } from './reach.ts'

const minute = 60_000

const where = (is: boolean, was: boolean): 'new' | 'old' | 'neither' =>
  is ? 'new' : was ? 'old' : 'neither'

/** After a crash: which release is the one that is asked, as the host itself says. */
export const inspectStep: JobStep<DeployMemory> = {
  timeout: () => minute,
  disturbs: 'service',
  async run({ service, strategy, colour, release, previous }, context) {
    const reach = reachOf(service, context)
    if (strategy === 'blue-green') {
      const asked = await blueGreenOf(reach).colours.live(context.signal)
      return { found: where(asked === colour, asked !== null || previous === null) }
    }
    const live = await reach.place.live('current')
    return { found: where(live === release, live === previous) }
  },
}

/** Removes the link of a release that is given up. */
async function unlink({ place, host }: Reach, release: string | null): Promise<void> {
  if (release === null || (await place.live('current')) !== release) return
  await host.files.remove(place.paths.current)
}

/** What served before without a release is left to serve, or asked again. */
async function leaveAsItWas(
  { strategy, wasUp, colour }: DeployMemory,
  reach: Reach,
  context: DeployContext,
): Promise<void> {
  if (strategy !== 'blue-green') return wasUp ? undefined : stopCopy(reach.manager, context.signal)
  if (!wasUp || colour === null) return
  const { config } = blueGreenOf(reach)
  await cutOver(context, reach.service.host, config, otherThan(colour))
}

/** After a first deploy, which leaves no release to go back to: stopped, unless it was up before. */
export const withdrawStep: JobStep<DeployMemory> = {
  timeout: () => 2 * minute,
  disturbs: 'service',
  async run(memory, context) {
    const reach = reachOf(memory.service, context)
    await leaveAsItWas(memory, reach, context)
    await unlink(reach, memory.release)
    return undefined
  },
}

/** Blue-green: stops the copy that was not to be, unless it is the one that is asked. */
async function forgetCopy(
  { colour, colourBefore, previous, warmed }: DeployMemory,
  reach: Reach,
  { signal }: DeployContext,
): Promise<void> {
  if (!warmed || colour === null) return
  const { colours } = blueGreenOf(reach)
  if (previous !== null && (await colours.live(signal)) === colour) return
  await stopCopy(colours[colour], signal)
  const { place, host } = reach
  if ((await place.live(colour)) === colourBefore) return
  if (colourBefore !== null && (await place.exists(colourBefore)))
    await place.switchTo(colour, colourBefore)
  else await host.files.remove(place.paths.colour(colour))
}

/** Removes the release that did not become live. */
async function forgetRelease(
  { built, release, service }: DeployMemory,
  reach: Reach,
  { releases }: DeployContext,
): Promise<void> {
  if (built || release === null) return
  if ((await linkedOf(reach)).has(release))
    throw new OperatorError(`a link in ${reach.deploy.path} still points to ${release}`)
  await discard(reach.place, releases, service, release)
}

async function forgetScratch(
  { service, rehearseOn }: DeployMemory,
  reach: Reach,
  context: DeployContext,
): Promise<void> {
  await reach.place.removeScratch(context.job)
  if (rehearseOn !== null)
    await reachOf(service, context, rehearseOn).place.removeScratch(context.job)
}

/**
 * Removes what a deploy that came to nothing has left. Each part is tried, whatever becomes of the
 * others; scratch first, which makes room for the rest.
 */
export const tidyStep: JobStep<DeployMemory> = {
  timeout: () => 10 * minute,
  tidies: true,
  async run(memory, context) {
    const reach = reachOf(memory.service, context)
    const failures: unknown[] = []
    for (const part of [forgetScratch, forgetCopy, forgetRelease])
      await part(memory, reach, context).catch((thrown: unknown) => failures.push(thrown))
    if (failures.length > 0) throw failures[0]
    return { warmed: false, bakeUntil: null, ...(!memory.built && { release: null }) }
  },
}

/** Those that are there, in the order in which they are kept: live, live before it, then the newest. */
async function inOrder(
  { release, previous }: DeployMemory,
  { place, service }: Reach,
  releases: Releases,
): Promise<readonly string[]> {
  const names: string[] = []
  for (const { name, state } of releases.of(service.name)) {
    if (state !== 'whole') continue
    // Removed by hand: it does not count, and cannot be gone back to.
    if (await place.exists(name)) names.push(name)
    else releases.mark(service.name, name, 'gone')
  }
  const first = [release, previous].filter((name) => name !== null && names.includes(name))
  return [...new Set([...first, ...names])].filter((name) => name !== null)
}

/** Those beyond the number that is kept; what a link points to stays. */
export const retireStep: JobStep<DeployMemory> = {
  timeout: () => 30 * minute,
  async run(memory, context) {
    const { service } = memory
    const reach = reachOf(service, context)
    const { place, deploy } = reach
    const { releases } = context
    const linked = await linkedOf(reach)
    const names = await inOrder(memory, reach, releases)
    for (const name of names.slice(deploy.keep)) {
      if (!linked.has(name)) await discard(place, releases, service, name)
    }
    await place.removeScratch(context.job)
    return undefined
  },
}
