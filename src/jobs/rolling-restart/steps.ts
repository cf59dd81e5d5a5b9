import { messageOf, OperatorError } from '../../contract/error.ts'
import { errorPatterns } from '../../core/log/errors.ts'
import type { JobStep, JobWorld, StepContext } from '../../flow/jobs/kind.ts'
import { isAtRest } from './choose.ts'
import type { RollingMemory } from './memory.ts'
import { shownPatterns } from './next.ts'

type Context = StepContext<RollingMemory>
type Part = Partial<RollingMemory>

/** Lines of a log that are compared, before and after. */
const lines = 2_000
const logWithin = 15_000
/** A cluster is restarted copy by copy. */
const restartWithin = 10 * 60_000
const lookEvery = 1_000
const margin = 60_000
/** Patterns of errors that are remembered of one log. */
const mostPatterns = 200

const nameOf = ({ services, at }: RollingMemory): string => {
  const name = services[at]?.name
  if (name !== undefined) return name
  throw new OperatorError('there is no service left to restart')
}

/** The errors in the newest lines of its log, as patterns, without secrets. */
async function patternsOf(name: string, world: JobWorld): Promise<readonly string[]> {
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(logWithin)])
  const found = await world.services.get(name).logs(lines, signal)
  const clean = found.length === 0 ? [] : world.redact(found.join('\n')).split('\n')
  return errorPatterns(clean)
    .slice(0, mostPatterns)
    .map(({ pattern }) => pattern)
}

/** Its log tells something about a restart, and never decides whether one is made. */
async function patternsOrNone(name: string, context: Context): Promise<readonly string[] | null> {
  try {
    return await patternsOf(name, context)
  } catch (error) {
    if (context.signal.aborted) throw error
    context.say(`the log of ${name} cannot be read: ${messageOf(error)}`)
    return null
  }
}

async function restart(memory: RollingMemory, context: Context): Promise<Part> {
  const name = nameOf(memory)
  const manager = context.services.get(name)
  // A person may have stopped it since the job was begun, and that is never undone.
  if (isAtRest(await manager.status(context.signal))) {
    context.say(`${name} is stopped and was left alone`)
    return { leftAlone: true }
  }
  const before = await patternsOrNone(name, context)
  const { gap } = await manager.reloading(context.signal)
  context.remember({ begunAt: context.now(), before: before ?? [], leftAlone: false, fresh: false })
  context.say(gap === null ? `restarting ${name} copy by copy` : `restarting ${name}`)
  await manager.reload(context.signal)
  return {}
}

/** Whether it was begun, and all that runs was started since; what no manager can tell is believed. */
async function isFresh(name: string, since: number, context: Context): Promise<boolean> {
  if (since === 0) return false
  const instances = await context.services.get(name).status(context.signal)
  return instances.every((one) => one.since === null || one.since >= since - lookEvery)
}

async function settle(memory: RollingMemory, context: Context): Promise<Part> {
  const name = nameOf(memory)
  const { within, hold } = memory
  const { ok, after } = await context.healthy(name, { within, every: lookEvery, hold })
  context.say(`${name}: ${after}`)
  if (!ok) throw new OperatorError(after)
  return { fresh: await isFresh(name, memory.begunAt, context) }
}

/** The next one's turn, with what is to be said about this one. */
async function watch(memory: RollingMemory, context: Context): Promise<Part> {
  const name = nameOf(memory)
  const next = { at: memory.at + 1, begunAt: 0 }
  if (memory.leftAlone) return { ...next, leftAlone: false, stopped: [...memory.stopped, name] }
  if (memory.watch > 0) await context.pause(memory.watch)
  const after = await patternsOrNone(name, context)
  const known = new Set(memory.before)
  const fresh = (after ?? []).filter((pattern) => !known.has(pattern))
  if (fresh.length > 0) context.say(`${name}: ${fresh.length} new patterns of errors`)
  const patterns = shownPatterns(fresh)
  const restarted = [...memory.restarted, name]
  if (patterns.length === 0) return { ...next, restarted }
  return { ...next, restarted, news: [...memory.news, { service: name, patterns }] }
}

/** The steps of each service's turn. */
export const rollingSteps: Readonly<
  Record<'restart' | 'settle' | 'watch', JobStep<RollingMemory>>
> = {
  restart: { timeout: () => restartWithin, disturbs: 'service', run: restart },
  settle: {
    timeout: ({ within, hold }) => within + hold + margin,
    disturbs: 'service',
    run: settle,
  },
  watch: {
    timeout: (memory) => memory.watch + margin,
    cancellable: true,
    disturbs: 'nothing',
    run: watch,
  },
}
