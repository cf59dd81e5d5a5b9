import type { FixConfig } from '../config/types.ts'
import { messageOf, OperatorError } from '../contract/error.ts'
import type { Fix, Stage } from '../contract/fix.ts'
import type { Rehearsal, RehearsalChoice, Rehearsing } from '../contract/rehearsal.ts'
import { limited } from '../flow/limited.ts'
import { scratchConfig } from './config.ts'
import { pauseOf } from '../flow/pause.ts'
import type { RehearsalOutside } from './outside.ts'
import { type Place, sweepPlaces, takePlace } from './place.ts'
import { play } from './play.ts'

/** The whole of it, the making of the fault included; cleaning up has its own time. */
const longest = 120_000
const planWithin = 15_000

type Told = Omit<Rehearsal, 'fix' | 'kind' | 'took'>

const failed = (error: unknown, redact: (text: string) => string): Told => ({
  is: 'failed',
  problem: redact(messageOf(error)),
  ...(error instanceof OperatorError && error.advice !== undefined && { advice: error.advice }),
  tries: [],
  plan: [],
  differs: [],
  clean: true,
})

/** What the fix would do right now, without doing it. */
async function planned(outside: RehearsalOutside, fix: Fix, config: FixConfig): Promise<Told> {
  const { clock, host, services, stop, redact } = outside
  const late = (): OperatorError => new OperatorError(`no plan within ${planWithin / 1000} s`)
  const steps = await limited(clock, planWithin, stop, late, async (signal) => {
    const reading = { subject: '', metrics: {} }
    const context = { host, services, reading, signal, now: clock.now(), ordered: true }
    return fix.plan(await fix.look(config.params, context), config.params)
  })
  const plan = steps.map(({ show }) => redact(show))
  return { is: 'planned', plan, tries: [], differs: [], clean: true }
}

/** The stage, played; `proof` has the last word. */
async function onStage(
  outside: RehearsalOutside,
  config: FixConfig,
  stage: Stage,
  directory: string,
  signal: AbortSignal,
): Promise<Told> {
  const scratch = scratchConfig(config, stage, outside.kinds)
  const common = {
    fault: stage.fault,
    differs: [...(stage.differs ?? []), ...scratch.differs],
    plan: [],
    clean: true,
  }
  const { problem, ...story } = await play(
    outside,
    { directory, config: scratch.config, stage },
    signal,
  )
  if (problem !== undefined) return { ...common, ...story, is: 'failed', problem }
  try {
    const proof = await stage.proof?.()
    return { ...common, ...story, is: 'fixed', ...(proof !== undefined && { proof }) }
  } catch (error) {
    return { ...common, ...story, ...failedWith(error, outside.redact) }
  }
}

const failedWith = (error: unknown, redact: (text: string) => string) => {
  const { is, problem, advice } = failed(error, redact)
  return { is, ...(problem !== undefined && { problem }), ...(advice !== undefined && { advice }) }
}

/** Everything that was made is undone, whatever happened before; then it is said. */
async function cleared(
  place: Place,
  stage: Stage | undefined,
  told: Told,
  { log, redact }: RehearsalOutside,
): Promise<Told> {
  try {
    await stage?.clean?.()
  } catch (error) {
    // What its own way leaves, the place ends.
    log.info({ err: error }, 'a rehearsal could not clean up by itself')
  }
  try {
    await place.clear()
    return told
  } catch (error) {
    const problem = [told.problem, redact(messageOf(error))].filter((one) => one !== undefined)
    return { ...told, is: 'failed', problem: problem.join('; '), clean: false }
  }
}

async function played(outside: RehearsalOutside, fix: Fix, config: FixConfig): Promise<Told> {
  const { clock, host, home, stop, redact } = outside
  const place = await takePlace(home, host, pauseOf(clock))
  const end = new AbortController()
  const timer = clock.after(longest, () => end.abort())
  const signal = AbortSignal.any([end.signal, stop])
  const { directory } = place
  let stage: Stage | undefined
  let told: Told
  try {
    stage = await fix.rehearsal?.(config.params, { directory, host, signal, now: clock.now() })
    if (stage === undefined) throw new Error(`${fix.kind} cannot be rehearsed`)
    told = await onStage(outside, config, stage, directory, signal)
  } catch (error) {
    told = failed(error, redact)
  } finally {
    timer.cancel()
  }
  try {
    return await cleared(place, stage, told, outside)
  } finally {
    place.release()
  }
}

/** A fix that needs no config: so that somebody who has none yet can see how it goes. */
function sample(outside: RehearsalOutside): FixConfig | undefined {
  const fix = outside.kinds.fixes.get('clean-files')
  return (
    fix && {
      name: fix.kind,
      kind: fix.kind,
      params: fix.params.parse({ paths: ['/var/tmp/rehearsal-*'], older_than: '7d' }),
      attempts: 3,
      backoff: 10_000,
      cooldown: 600_000,
      maxPerHour: 20,
      timeout: 60_000,
      verify: {},
    }
  )
}

/** Plays the fixes of a config through, in scratch places below the state directory. */
export function createRehearsing(outside: RehearsalOutside) {
  const { clock, kinds } = outside
  const isPlayable = ({ kind }: FixConfig): boolean =>
    kinds.fixes.get(kind)?.rehearsal !== undefined

  const tell = async (config: FixConfig): Promise<Rehearsal> => {
    const fix = kinds.fixes.get(config.kind)
    if (!fix) throw new OperatorError(`there is no kind of fix ${config.kind}`)
    const begun = clock.monotonic()
    const told = fix.rehearsal
      ? await played(outside, fix, config)
      : await planned(outside, fix, config).catch((error: unknown) => failed(error, outside.redact))
    const took = Math.round(clock.monotonic() - begun)
    return { fix: config.name, kind: config.kind, ...told, took }
  }

  const rehearsing: Rehearsing = {
    list: () =>
      outside
        .fixes()
        .map((fix): RehearsalChoice => ({
          name: fix.name,
          kind: fix.kind,
          playable: isPlayable(fix),
        }))
        .toSorted((a, b) => Number(b.playable) - Number(a.playable)),
    run(name) {
      const config = outside.fixes().find((one) => one.name === name)
      if (!config) return Promise.reject(new OperatorError(`there is no fix ${name}`))
      return tell(config)
    },
  }
  return {
    ...rehearsing,
    /** The first fix of the config that can be played through; a cleaning of our own where it has none. */
    runFirst(): Promise<Rehearsal> {
      const config = outside.fixes().find(isPlayable) ?? sample(outside)
      if (!config) return Promise.reject(new OperatorError('no kind of fix can be rehearsed'))
      return tell(config)
    },
    /** Removes what a rehearsal that was cut short has left. @returns how many there were */
    sweep: (): Promise<number> => sweepPlaces(outside.home, outside.host, pauseOf(clock)),
  }
}
