import { OperatorError } from '../../contract/error.ts'
import { t, type Text } from '../../contract/message.ts'
import type { Asked, JobWorld } from '../../flow/jobs/kind.ts'
import type { About } from '../../contract/house.ts'
import { commitOf } from './adopt.ts'
import { shortOf } from './list.ts'
import { type DeployMemory, planOfMemory, unknownYet } from './memory.ts'
import { isMissing, isUp } from './process.ts'
import { blueGreenOf, type Reach, reachOf, sourceOf } from './reach.ts'
import { stepLines } from './lines.ts'
import type { Commit, Source } from './source.ts'

/** What is asked about, by its own name in `about`. @throws OperatorError when it is not there */
export function named(about: About, key: string): string {
  const value = about[key]
  if (value !== undefined && value !== '') return value
  throw new OperatorError(`No ${key} was named`)
}

/** What will happen to requests, and what is not done. */
export async function commonWarnings(
  reach: Reach,
  previous: string | null,
  world: JobWorld,
): Promise<readonly Text[]> {
  const { deploy, manager, service, place } = reach
  const warnings: Text[] = []
  if (previous === null) warnings.push(t('deploy-warn-first', { service: service.name }))
  if (deploy.strategy === 'blue-green') return warnings
  const instances = await manager.status(world.signal)
  if (!isUp(instances)) {
    if (!isMissing(instances)) warnings.push(t('deploy-warn-down', { service: service.name }))
    else if (deploy.start === undefined)
      warnings.push(t('deploy-warn-unknown', { service: service.name }))
    return warnings
  }
  if (previous === null)
    warnings.push(
      t('deploy-warn-elsewhere', { service: service.name, current: place.paths.current }),
    )
  const { gap } = await manager.reloading(world.signal)
  if (deploy.strategy === 'stop-start')
    warnings.push(t('deploy-warn-stop', { service: service.name }))
  else if (gap !== null)
    warnings.push(t('deploy-warn-gap', { service: service.name, gap: { span: gap } }))
  return warnings
}

const nothing = { name: null, commit: '', short: null } as const

/** What is live, before anything is begun. `commit`: what is known of its id. */
export async function liveNow(reach: Reach, world: JobWorld) {
  const { place, deploy, service } = reach
  if (
    deploy.strategy === 'blue-green' &&
    (await blueGreenOf(reach).colours.live(world.signal)) === null
  )
    return nothing
  const linked = await place.live('current')
  const name = linked !== null && (await place.exists(linked)) ? linked : null
  if (name === null) return nothing
  const row = world.releases.of(service.name).find((one) => one.name === name)
  const commit = row?.commit ?? (await commitOf(reach, name, world))
  return { name, commit, short: shortOf({ commit, name }) }
}

async function factsOf(source: Source, commit: Commit, live: string): Promise<readonly Text[]> {
  const { author, subject, at, short, ref } = commit
  const facts = [
    t('deploy-fact-commit', { short: { code: short }, ref }),
    t('deploy-fact-subject', { subject, author, at: { time: at, style: 'full' } }),
  ]
  if (live === '') return facts
  const since = await source.since(live, commit.id)
  const from = { code: live.slice(0, 7) }
  if (since === null) return [...facts, t('deploy-fact-unrelated', { from })]
  const { commits, files, back } = since
  if (commits > 0 || back === 0) facts.push(t('deploy-fact-since', { from, commits, files }))
  if (back > 0) facts.push(t('deploy-fact-back', { from, back, files }))
  return facts
}

/** What a deploy could not be saved by: backups that nobody has proven. */
const backupWarnings = ({ deploy }: Reach, world: JobWorld): readonly Text[] =>
  deploy.backup.flatMap((backup) => {
    const trust = world.trust(backup)
    return trust === 'proven' ? [] : [t('deploy-warn-backup', { backup, trust })]
  })

/** The parts of the memory that are the config's, as they were when it was confirmed. */
export function pinned({ service, deploy }: Reach) {
  return {
    service: service.name,
    host: service.host,
    strategy: deploy.strategy,
    exclusive: deploy.exclusive,
    validate: deploy.validate.length > 0,
    rehearseOn: deploy.rehearseOn ?? null,
    backup: deploy.backup.length > 0,
    bake: deploy.bake,
    watch: deploy.watch,
    autoRollback: deploy.autoRollback,
    tries: Math.min(3, Math.max(1, deploy.retry)),
  } as const
}

/** What a deploy would do: the commit is found out now, and stays the one that is deployed. */
export async function askDeploy(about: About, world: JobWorld): Promise<Asked<DeployMemory>> {
  const reach = reachOf(named(about, 'service'), world)
  const { service, deploy, place } = reach
  world.holds.demandFree(service.name)
  if (deploy.rehearseOn !== undefined) reachOf(service.name, world, deploy.rehearseOn)
  const source = sourceOf(reach, world)
  await place.prepare()
  await place.checkShared()
  await source.refresh()
  const commit = await source.resolve(about['commit'] ?? about['ref'])
  const ref = about['ref'] ?? commit.ref
  const live = await liveNow(reach, world)
  const memory: DeployMemory = {
    ...unknownYet,
    ...pinned(reach),
    ref,
    commit: commit.id,
    short: commit.short,
    author: commit.author,
    subject: commit.subject,
    built: false,
    previous: live.name,
    previousShort: live.short,
  }
  const warnings = [
    ...(await commonWarnings(reach, live.name, world)),
    ...backupWarnings(reach, world),
  ]
  if (live.commit !== '' && commit.id.startsWith(live.commit))
    warnings.unshift(t('deploy-warn-same'))
  return {
    about: { service: service.name, ref, commit: commit.id },
    memory,
    label: t('deploy-label', { service: service.name }),
    facts: await factsOf(source, { ...commit, ref }, live.commit),
    steps: stepLines(planOfMemory(memory), reach, memory.short),
    warnings,
  }
}
