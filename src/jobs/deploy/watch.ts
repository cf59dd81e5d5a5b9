import type { LogPattern } from '../../contract/log-entry.ts'
import { parseEntry } from '../../core/log/entry.ts'
import { errorPatterns } from '../../core/log/errors.ts'
import { addedLines, type Baseline, judgeWatch, type Watched } from '../../core/deploy/watch.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'
import { type DeployContext, reachOf } from './reach.ts'
import { tellLog } from './service-log.ts'

const minute = 60_000
const hour = 60 * minute
/** Lines of the service's log that are read at a look. */
const logLines = 1_000
/** Milliseconds between two looks at the service; its log is read at every sixth. */
const every = 5_000
const logEvery = 6
/** What is kept in memory of a long watch, and of the patterns from before. */
const mostLatencies = 500
const mostPatterns = 100
const longestPattern = 200
/** Lines added in a watch that are folded into patterns. */
const mostLines = 20_000

const linesOf = ({ service }: DeployMemory, context: DeployContext): Promise<readonly string[]> =>
  context.services.get(service).logs(logLines, context.signal)

/** Errors a minute since `from`, where the log reaches back that far or says how far it does. */
function errorRate(lines: readonly string[], from: number, now: number): number | null {
  const entries = lines.map(parseEntry).filter(({ at }) => at !== null)
  const oldest = entries[0]?.at ?? null
  if (oldest === null) return null
  const since = Math.max(from, oldest)
  const errors = entries.filter(({ at, error }) => error && at !== null && at >= since)
  return now - since < minute ? null : errors.length / ((now - since) / minute)
}

const clipped = (pattern: string, redact: (text: string) => string): string =>
  redact(pattern).slice(0, longestPattern)

/** How the service is before anything changes. What cannot be found out is left out. */
async function measure(memory: DeployMemory, context: DeployContext): Promise<Baseline> {
  const now = context.now()
  const span = Math.max(memory.watch, hour)
  const latencies = context
    .samples(memory.service, 'latency', now - span, now)
    .map(({ mean }) => mean)
  try {
    const lines = await linesOf(memory, context)
    return {
      latencies,
      errorsPerMinute: errorRate(lines, now - span, now),
      patterns: errorPatterns(lines)
        .slice(0, mostPatterns)
        .map(({ pattern }) => clipped(pattern, context.redact)),
    }
  } catch (thrown) {
    context.say(`Its log cannot be read, so errors are not compared: ${String(thrown)}`)
    return { latencies, errorsPerMinute: null, patterns: [] }
  }
}

export const baselineStep: JobStep<DeployMemory> = {
  timeout: () => minute,
  cancellable: true,
  disturbs: 'nothing',
  async run(memory, context) {
    return { baseline: await measure(memory, context) }
  },
}

/** Follows the errors of a log from now on, by looks at its end. */
function followErrors(memory: DeployMemory, context: DeployContext) {
  let before: readonly string[] | null = null
  let added: readonly string[] = []
  return async (): Promise<readonly LogPattern[]> => {
    try {
      const now = await linesOf(memory, context)
      if (before !== null) added = [...added, ...addedLines(before, now)].slice(-mostLines)
      before = now
    } catch (thrown) {
      if (context.signal.aborted) throw thrown
    }
    return errorPatterns(added).map((one) => ({
      ...one,
      pattern: clipped(one.pattern, context.redact),
      example: context.redact(one.example),
    }))
  }
}

const nothingYet: Watched = {
  minutes: 0,
  looks: 0,
  bad: 0,
  badInARow: 0,
  saw: '',
  latencies: [],
  errors: [],
}

type Look = Awaited<ReturnType<DeployContext['look']>>

const withLook = (so: Watched, { ok, saw, latency }: Look): Watched => ({
  ...so,
  looks: so.looks + 1,
  bad: so.bad + (ok ? 0 : 1),
  badInARow: ok ? 0 : so.badInARow + 1,
  saw: ok ? so.saw : saw,
  latencies:
    ok && latency !== null ? [...so.latencies, latency].slice(-mostLatencies) : so.latencies,
})

const noBaseline: Baseline = { latencies: [], errorsPerMinute: null, patterns: [] }

/** Compares with before until the time is up, or something is worse. */
export const watchStep: JobStep<DeployMemory> = {
  timeout: ({ watch }) => watch + 5 * minute,
  cancellable: true,
  disturbs: 'nothing',
  async run(memory, context) {
    const { manager } = reachOf(memory.service, context)
    const watchUntil = memory.watchUntil ?? context.now() + memory.watch
    context.remember({ watchUntil })
    const errors = followErrors(memory, context)
    const began = context.monotonic()
    for (let so = nothingYet; ;) {
      so = withLook(so, await context.look(memory.service))
      if (so.looks % logEvery === 1 || context.now() >= watchUntil)
        so = { ...so, errors: await errors() }
      so = { ...so, minutes: (context.monotonic() - began) / minute }
      const verdict = judgeWatch(memory.baseline ?? noBaseline, so)
      if (verdict.is === 'worse') {
        await tellLog(manager, memory, context)
        return { worse: context.redact(verdict.why) }
      }
      if (context.now() >= watchUntil && so.badInARow === 0) return {}
      await context.pause(every)
    }
  },
}
