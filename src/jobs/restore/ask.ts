import { hasPoints, pointsOf } from '../../backup/points.ts'
import { addressOf, clientWords, placeOf } from '../../backup/postgres/address.ts'
import { OperatorError } from '../../contract/error.ts'
import type { About } from '../../contract/house.ts'
import type { Text } from '../../contract/message.ts'
import { t } from '../../contract/message.ts'
import type { Snapshot } from '../../backup/restic/types.ts'
import { withoutSafety } from '../../core/backup/safety.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import { pointProblem } from '../../core/backup/points.ts'
import { stampOf, timeWords, type Wanted, wantedOf } from '../../core/restore/wanted.ts'
import type { BackupConfig } from '../../config/types.ts'
import type { Asked, JobWorld } from '../../flow/jobs/kind.ts'
import { named } from '../deploy/ask.ts'
import { stepLines } from './lines.ts'
import { runningOf } from './services.ts'
import { type RestoreMemory, timeOf, unknownYet } from './memory.ts'
import { rowTexts } from './rows.ts'
import { type Reach, reachOf } from '../backup/reach.ts'

type Chosen = Pick<RestoreMemory, 'snapshot' | 'at' | 'paths'>

const forms = 'Say latest, the first 8 digits of a snapshot, or a time such as "2026-11-21 03:00".'

function wantedIn(about: About, world: JobWorld): Wanted {
  const { snapshot, point } = about
  if (snapshot !== undefined) return { is: 'snapshot', id: snapshot }
  if (point !== undefined) return { is: 'time', at: Number(point) }
  const text = named(about, 'what')
  const wanted = wantedOf(text, world.timezone, world.now())
  if (wanted) return wanted
  throw new OperatorError(`“${text}” is no snapshot and no time`, forms)
}

const chosen = ({ id, at, paths }: Snapshot): Chosen => ({
  snapshot: id,
  at,
  paths,
})

/** Names the clock: the zone of the config need not be the reader's. */
const notYet = (at: number, { now, timezone }: JobWorld): OperatorError =>
  new OperatorError(
    `${timeWords(at, timezone)} has not come yet`,
    `It is ${timeWords(now(), timezone)} now, in ${timezone}.`,
  )

/** The data of a moment, where that is kept. */
async function pointOf(at: number, { config, tool }: Reach, world: JobWorld): Promise<Chosen> {
  const points = await pointsOf(config, tool)
  const moment = (ms: number): string => timeWords(ms, world.timezone)
  const problem = pointProblem(points, at, world.now())
  if (problem === null) return { snapshot: null, at, paths: [] }
  if (problem === 'future') throw notYet(at, world)
  throw new OperatorError(
    `nothing is kept of ${config.name} from ${moment(at)}`,
    points ? `It can be restored as of ${moment(points.from)} or later.` : 'See whether it runs.',
  )
}

/** Of the newest, what is doubtful is left to whoever names it; where all are, the newest of them. */
function newestOf(own: readonly Snapshot[], { config }: Reach, { backups }: JobWorld) {
  const doubtful = new Set(
    backups
      .own(config.name, 1_000)
      .filter(({ verdict }) => verdict === 'doubtful')
      .map(({ snapshot }) => snapshot),
  )
  return own.findLast(({ id }) => !doubtful.has(id)) ?? own.at(-1)
}

/** @throws OperatorError where there is none such, or several */
function pick(all: readonly Snapshot[], wanted: Wanted, reach: Reach, world: JobWorld): Chosen {
  const { config } = reach
  if (wanted.is === 'snapshot') {
    const found = all.filter(({ id }) => id.startsWith(wanted.id))
    const [only] = found
    if (only && found.length === 1) return chosen(only)
    throw new OperatorError(
      only
        ? `several snapshots of ${config.name} begin with ${wanted.id}`
        : `there is no snapshot ${wanted.id} of ${config.name}`,
      `/restore ${config.name} shows which there are.`,
    )
  }
  const own = withoutSafety(all)
  const last =
    wanted.is === 'latest' ? newestOf(own, reach, world) : own.findLast(({ at }) => at <= wanted.at)
  if (last) return chosen(last)
  const { name } = config
  if (own.length === 0)
    throw new OperatorError(`there is no snapshot of ${name} yet`, `/backup ${name} now takes one.`)
  throw new OperatorError(
    `the oldest snapshot of ${name} is newer than that`,
    `/restore ${name} shows which there are.`,
  )
}

async function choose(wanted: Wanted, reach: Reach, world: JobWorld): Promise<Chosen> {
  if (wanted.is === 'time' && wanted.at > world.now()) throw notYet(wanted.at, world)
  if (wanted.is === 'time' && hasPoints(reach.config)) return pointOf(wanted.at, reach, world)
  return pick(await reach.restic.snapshots(), wanted, reach, world)
}

/** The services that write to it: the one that is stopped for its copies, and those deployed with it. */
function servicesOf({ name, host, source }: BackupConfig, world: JobWorld): readonly string[] {
  const stop = 'stop' in source && source.stop !== undefined ? [source.stop] : []
  const deployed = world
    .allServices()
    .filter((one) => one.host === host && one.deploy?.backup.includes(name))
    .map((one) => one.name)
  return [...new Set([...stop, ...deployed])]
}

/** A copy to the side of files has a directory of its own; that of a database is on the same server. */
function dataOf({ host, source }: BackupConfig, to: 'side' | 'live', { paths }: Chosen) {
  const lock = (what: string): string => `data:${host}:${what}`
  if (source.kind === 'postgres') return [lock(placeOf(addressOf(source.url)))]
  if (to === 'side') return []
  return source.kind === 'sqlite' ? [lock(source.path)] : paths.map(lock)
}

function sideOf(about: About, { config }: Reach): 'side' | 'live' {
  const { to } = about
  if (to !== 'side' && to !== 'live') throw new OperatorError('Say where to: side or live')
  if (to === 'live' && config.source.kind === 'self')
    throw new OperatorError(
      'I cannot replace my own state while I run',
      'Stop me, then: npm run mechanic -- restore-self.',
    )
  return to
}

function factsOf(memory: RestoreMemory, world: JobWorld): readonly Text[] {
  const { at, snapshot, words, to, safety } = memory
  const time = timeOf(memory)
  const age = { span: Math.max(0, world.now() - at) } as const
  return [
    snapshot === null
      ? t('restore-fact-point', { at: time, age })
      : t('restore-fact-snapshot', { id: { code: words }, at: time, age }),
    ...(to === 'live' && safety ? [t('restore-kept')] : []),
  ]
}

/** The run whose snapshot it is; undefined for a point in time, and where that was another bot's. */
const runOf = ({ backup, snapshot }: RestoreMemory, world: JobWorld) =>
  snapshot === null
    ? undefined
    : world.backups.runs(backup, 1_000).find((one) => one.snapshot === snapshot)

function warningsOf(memory: RestoreMemory, world: JobWorld): readonly Text[] {
  const { backup, snapshot, to, services, exclusive, safety } = memory
  const run = runOf(memory, world)
  const doubt = snapshot !== null && run?.verdict === 'doubtful' ? (run.why ?? '') : null
  return [
    ...(doubt === null ? [] : [t('restore-warn-doubt', { why: doubt })]),
    ...(exclusive ? [t('restore-exclusive')] : []),
    ...(to === 'live' && services.length === 0 ? [t('restore-warn-nobody', { backup })] : []),
    ...(to === 'live' && exclusive && services.length > 0
      ? [t('restore-warn-stays', { services: services.join(', ') })]
      : []),
    ...(to === 'live' && !safety ? [t('restore-warn-unsafe')] : []),
  ]
}

/** What a restore over live data takes away, for the second confirmation. */
async function typedFor(memory: RestoreMemory, reach: Reach, world: JobWorld) {
  const { backup, at, safety } = memory
  const lost = { span: Math.max(0, world.now() - at) } as const
  return {
    phrase: `restore ${backup}${safety ? '' : ' without safety'}`,
    loses: [
      t('restore-loses', { backup, since: timeOf(memory), lost }),
      ...(await rowTexts(runOf(memory, world)?.counts ?? {}, reach)),
      ...(safety ? [] : [t('restore-aside')]),
    ],
  }
}

/** What a restore would do: the snapshot is found out now, and stays the one that is restored. */
export async function askRestore(about: About, world: JobWorld): Promise<Asked<RestoreMemory>> {
  const backup = named(about, 'backup')
  const reach = reachOf(backup, 'asking', world)
  const { config } = reach
  const to = sideOf(about, reach)
  const found = await choose(wantedIn(about, world), reach, world)
  const safety = to === 'live' && about['safety'] !== 'off'
  const memory: RestoreMemory = {
    ...unknownYet,
    ...found,
    backup,
    host: config.host,
    words: found.snapshot === null ? timeWords(found.at, world.timezone) : shortId(found.snapshot),
    kind: config.source.kind,
    server: config.source.kind === 'postgres' ? clientWords(addressOf(config.source.url)) : [],
    to,
    exclusive: config.exclusive,
    safety,
    begun: world.now(),
    stamp: stampOf(world.now(), world.timezone),
    data: dataOf(config, to, found),
    services: to === 'live' ? servicesOf(config, world) : [],
  }
  const what = found.snapshot === null ? { point: String(found.at) } : { snapshot: found.snapshot }
  return {
    about: { backup, to, ...what, ...(to === 'live' && !safety && { safety: 'off' }) },
    memory,
    label: t(to === 'side' ? 'restore-label-side' : 'restore-label-live', { backup }),
    facts: factsOf(memory, world),
    steps: stepLines(memory, await runningOf(memory, world), reach, world),
    warnings: warningsOf(memory, world),
    ...(to === 'live' && { typed: await typedFor(memory, reach, world) }),
  }
}
