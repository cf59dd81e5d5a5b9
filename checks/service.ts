import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import { messageOf, OperatorError } from '../src/contract/error.ts'
import { count, duration, flag } from '../src/contract/metric.ts'
import type { ProbeContext } from '../src/contract/check.ts'
import type { Evidence, Reading } from '../src/contract/reading.ts'
import type { Instance } from '../src/contract/service.ts'
import http from './http.ts'

type Metrics = 'down' | 'stopped' | 'crashes' | 'looping' | 'unhealthy' | 'latency'

/** A bare URL is the http check of it, with that check's own defaults. */
const url = z.string().transform((text, context): unknown => {
  const parsed = http.params.safeParse({ url: text })
  if (parsed.success) return parsed.data
  const message = parsed.error.issues[0]?.message ?? 'expected a URL'
  context.issues.push({ code: 'custom', message, input: text })
  return z.NEVER
})

const params = z.strictObject({
  service: z.string().min(1),
  health: z
    .union([url, http.params])
    .optional()
    .describe('a URL, or the settings of an http check'),
})

type Params = z.output<typeof params>

interface Health {
  /** null: it could not be measured. */
  readonly unhealthy: boolean | null
  readonly latency?: number
  readonly saw: string
}

async function healthOf(health: Params['health'], context: ProbeContext): Promise<Health | null> {
  if (health === undefined) return null
  try {
    const [answer] = await http.probe(health, context)
    const { down, unmet, latency } = answer?.metrics ?? {}
    return {
      unhealthy: typeof down === 'boolean' ? down || unmet === true : null,
      ...(typeof latency === 'number' && { latency }),
      saw: answer?.saw ?? '',
    }
  } catch (thrown) {
    return { unhealthy: null, saw: messageOf(thrown) }
  }
}

const unmeasured: Health = { unhealthy: null, saw: '' }

const runs = ({ state }: Instance): boolean => state === 'up' || state === 'starting'

const measured = ({
  unhealthy,
  latency,
}: Health): Partial<Record<Metrics, number | boolean | null>> => ({
  unhealthy,
  ...(latency !== undefined && { latency }),
})

/**
 * What just started may not listen yet. That is neither good nor bad until it has had its 10 s: no
 * alarm after each restart by its manager, and no restart that counts as a success without an answer.
 */
const undecided = (instances: readonly Instance[], health: Health | null): boolean =>
  health !== null && health.unhealthy !== false && !instances.some(({ state }) => state === 'up')

function reading(subject: string, instance: Instance, health: Health | null): Reading<Metrics> {
  const { state, witnessed, crashes, looping, pid, saw } = instance
  const waits = runs(instance) && undecided([instance], health)
  return {
    subject,
    metrics: {
      down: waits ? null : state === 'down' || state === 'missing',
      stopped: state === 'stopped',
      crashes,
      looping: waits && !looping ? null : looping,
      ...(health && measured(runs(instance) && !waits ? health : unmeasured)),
    },
    saw: health && runs(instance) && health.saw !== '' ? health.saw : saw,
    ...(pid !== null && { identity: String(pid) }),
    ...(witnessed === false && { witnessed }),
  }
}

/** Several copies answer behind one address, so that their health is a subject of its own. */
function readings(
  instances: readonly Instance[],
  health: Health | null,
): readonly Reading<Metrics>[] {
  const [only] = instances
  if (only && instances.length === 1) return [reading(only.label, only, health)]
  const each = instances.map((instance) => reading(instance.label, instance, null))
  if (!health) return each
  const identity = instances.map(({ pid }) => pid ?? '-').join(' ')
  const subject = instances.length === 0 ? '' : 'health'
  const seen = subject !== '' && undecided(instances, health) ? unmeasured : health
  return [...each, { subject, metrics: measured(seen), saw: health.saw, identity }]
}

/** Without its manager, a service that does not answer is still known to be unwell. */
async function withoutManager(
  { health }: Params,
  context: ProbeContext,
  thrown: unknown,
): Promise<readonly Reading<Metrics>[]> {
  const seen = await healthOf(health, context)
  if (seen?.unhealthy !== true) throw thrown
  return [{ subject: '', metrics: measured(seen), saw: `${seen.saw}; ${messageOf(thrown)}` }]
}

async function probe(
  settings: Params,
  context: ProbeContext,
): Promise<readonly Reading<Metrics>[]> {
  const manager = context.services.get(settings.service)
  let instances: readonly Instance[]
  try {
    instances = await manager.status(context.signal)
  } catch (thrown) {
    return withoutManager(settings, context, thrown)
  }
  if (instances.length === 0 && settings.health === undefined)
    throw new OperatorError(
      `Nothing tells whether ${settings.service} runs`,
      'Give it a `health` URL, or its manager a `status` command.',
    )
  const health = await healthOf(settings.health, context)
  return readings(instances, health)
}

async function evidence(
  { service, health }: Params,
  seen: Reading<Metrics>,
  context: ProbeContext,
): Promise<readonly Evidence[]> {
  const { subject, metrics } = seen
  const { services, signal } = context
  const manager = services.get(service)
  const found: Evidence[] = []
  if (metrics.unhealthy === true && http.evidence)
    found.push(...(await http.evidence(health, seen, context)))
  if (metrics.looping === true || metrics.down === true) {
    const instances = await manager.status(signal).catch(() => [])
    const ends = instances.find(({ label }) => label === subject)?.ends ?? []
    if (ends.length > 0) found.push({ title: 'Last ends', lines: ends })
  }
  const lines = await manager.logs(20, signal, true).catch(() => [])
  return lines.length > 0 ? [...found, { title: 'Last errors', lines }] : found
}

const up: Instance = {
  label: '',
  state: 'up',
  pid: 4711,
  since: 0,
  crashes: 0,
  looping: false,
  saw: 'up for 3h',
}

export default defineCheck({
  kind: 'service',
  summary: 'A service: whether it runs, crashes, and answers its health check.',
  params,
  metrics: {
    down: flag('does not run although nobody stopped it'),
    stopped: flag('somebody stopped it'),
    crashes: count('deaths nobody ordered in the last hour'),
    looping: flag('three starts in a row lived under 10 s'),
    unhealthy: flag('runs, but its health check fails'),
    latency: duration('time to the answer of its health check'),
  },
  defaults: {},
  conditions: ['down', 'looping', 'unhealthy'],
  advice: 'Read its logs, then restart it; if it dies again, go back to the version that worked.',
  probe,
  evidence,
  examples: [
    {
      title: 'a service that runs',
      params: { service: 'web' },
      facts: { service: [up] },
      readings: [reading('', up, null)],
    },
  ],
})
