import { z } from 'zod'
import restart from '../../fixes/restart.ts'
import backup from '../../checks/backup.ts'
import service from '../../checks/service.ts'
import { defineCheck, type ProbeContext } from '../../src/contract/check.ts'
import { OperatorError } from '../../src/contract/error.ts'
import { defineFix, type FixContext, type Risk, type Step } from '../../src/contract/fix.ts'
import { bytes, count, flag, number, percent, type Value } from '../../src/contract/metric.ts'
import type { Evidence, Reading } from '../../src/contract/reading.ts'
import type { JobKind } from '../../src/flow/jobs/kind.ts'
import type { Kinds } from '../../src/flow/kinds.ts'

type Metrics = Readonly<Record<string, Value>>
type Answer = readonly Reading[] | Metrics | Error | ((context: ProbeContext) => Promise<unknown>)

/** What a test decides about probes and fixes, by the `of` of each check and the kind of each fix. */
export interface Outer {
  /** Metrics of the one subject, several readings, or an error: it cannot be seen. */
  readonly seen: Map<string, Answer>
  readonly evidence: Map<string, readonly Evidence[]>
  /** Runs of each check. */
  readonly probed: Map<string, number>
  readonly acted: { readonly kind: string; readonly subject: string; readonly at: number }[]
  steps: readonly Step[]
  look: (context: FixContext) => Promise<void>
  act: (context: FixContext) => Promise<string>
  /** Kinds of long actions; none by default. */
  readonly jobs: readonly JobKind[]
  /** Reads the file of a kind of long action. */
  readJob: () => Promise<void>
}

export const freshOuter = (jobs: readonly JobKind[] = []): Outer => ({
  seen: new Map(),
  evidence: new Map(),
  probed: new Map(),
  acted: [],
  steps: [{ show: 'sweep the floor', act: {} }],
  look: async () => undefined,
  act: async () => 'swept',
  jobs,
  readJob: async () => undefined,
})

const isReadings = (answer: Answer): answer is readonly Reading[] => Array.isArray(answer)

async function readingsOf(answer: Answer | undefined, context: ProbeContext) {
  const found = typeof answer === 'function' ? ((await answer(context)) as Answer) : answer
  if (found === undefined) return []
  if (found instanceof Error) throw found
  if (isReadings(found)) return found
  return [{ subject: '', metrics: found as Metrics }]
}

/** The kinds `fake`, `mend` (safe) and `purge` (destructive), and the real `service`, `backup` and `restart`. */
export function fakeKinds(outer: Outer): Kinds {
  const params = z.strictObject({ of: z.string() })
  const common = {
    params,
    metrics: {
      used: percent('used space'),
      free: bytes('free space'),
      n: count('things'),
      load: number('load'),
      down: flag('nobody answers'),
    },
    defaults: {},
    advice: 'Look after { $subject } on { $host }.',
    examples: [],
    probe: async ({ of }: z.output<typeof params>, context: ProbeContext) => {
      outer.probed.set(of, (outer.probed.get(of) ?? 0) + 1)
      return readingsOf(outer.seen.get(of), context)
    },
  }
  const fake = defineCheck({ kind: 'fake', summary: 'fake', ...common })
  const curious = defineCheck({
    kind: 'curious',
    summary: 'gathers evidence',
    ...common,
    evidence: async ({ of }) => outer.evidence.get(of) ?? [],
  })
  const fix = (kind: string, risk: Risk) =>
    defineFix({
      kind,
      risk,
      summary: kind,
      params: z.strictObject({}),
      look: async (_, context) => outer.look(context),
      plan: () => outer.steps,
      act: async (_step, _params, context) => {
        outer.acted.push({
          kind,
          subject: context.reading.subject,
          at: context.now,
        })
        return { result: await outer.act(context) }
      },
    })
  return {
    checks: new Map([fake, curious, service, backup].map((one) => [one.kind, one])),
    fixes: new Map(
      [fix('mend', 'safe'), fix('purge', 'destructive'), restart].map((one) => [one.kind, one]),
    ),
    handlers: new Map(),
    jobs: new Map(outer.jobs.map((one) => [one.kind, () => outer.readJob().then(() => one)])),
  }
}

export const cannotSee = new OperatorError('the probe cannot see')
