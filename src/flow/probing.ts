import type { Clock } from '../contract/clock.ts'
import { messageOf, OperatorError } from '../contract/error.ts'
import type { Log } from '../contract/log.ts'
import type { Evidence, Reading } from '../contract/reading.ts'
import type { Services } from '../contract/service.ts'
import { limited } from './limited.ts'
import type { Target } from './target.ts'

export type Seen = { readonly readings: readonly Reading[] } | { readonly problem: string }

/** Characters kept of one line of evidence, and lines of one piece. */
const widest = 400
const mostLines = 40

export interface ProbingOutside {
  readonly clock: Clock
  readonly log: Log
  readonly services: Services
  readonly redact: (text: string) => string
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null

/** What its types promise, of a plug-in that may have been written without them. */
const isReading = (value: Partial<Reading> | null): value is Reading =>
  typeof value?.subject === 'string' &&
  isRecord(value.metrics) &&
  (value.saw === undefined || typeof value.saw === 'string') &&
  (value.evidence === undefined || Array.isArray(value.evidence))

/** @throws OperatorError for what cannot be judged: the check is unknown then, and nothing else suffers */
function requireShape(readings: readonly Reading[], kind: string): readonly Reading[] {
  if (Array.isArray(readings) && readings.every(isReading)) return readings
  throw new OperatorError(
    `the check kind ${kind} gave a reading of a wrong shape`,
    `See that the probe of checks/${kind}.ts returns a list of { subject, metrics }.`,
  )
}

const late = (ms: number): OperatorError => new OperatorError(`no answer within ${ms / 1000} s`)

/** Runs probes under a time limit, and cleans what they bring. Never throws. */
export function createProbing({ clock, log, services, redact }: ProbingOutside) {
  const clean = (evidence: Evidence): Evidence => ({
    title: evidence.title,
    // As one text, and cut only then: a private key is many lines.
    lines: redact(evidence.lines.join('\n'))
      .split('\n')
      .slice(-mostLines)
      .map((line) => line.slice(0, widest)),
  })
  const cleanReading = (reading: Reading): Reading => ({
    ...reading,
    ...(reading.saw !== undefined && { saw: redact(reading.saw).slice(0, widest) }),
    ...(reading.evidence && { evidence: reading.evidence.map(clean) }),
  })
  const contextOf = (target: Target, signal: AbortSignal) => ({
    host: target.host,
    services,
    memo: target.memo,
    signal,
    now: clock.now(),
  })
  return {
    async probe(target: Target, stop: AbortSignal): Promise<Seen> {
      try {
        const readings = await limited(
          clock,
          target.check.timeout,
          stop,
          late(target.check.timeout),
          (signal) => target.kind.probe(target.check.params, contextOf(target, signal)),
        )
        return { readings: requireShape(readings, target.kind.kind).map(cleanReading) }
      } catch (error) {
        if (!(error instanceof OperatorError))
          log.warn({ err: error, target: target.id }, 'probe failed')
        return { problem: redact(messageOf(error)).slice(0, widest) }
      }
    },
    /** What helps a person decide; empty where it cannot be had. */
    async evidence(
      target: Target,
      reading: Reading,
      stop: AbortSignal,
    ): Promise<readonly Evidence[]> {
      const own = reading.evidence ?? []
      const gather = target.kind.evidence
      if (!gather) return own
      try {
        const more = await limited(
          clock,
          target.check.timeout,
          stop,
          late(target.check.timeout),
          (signal) => gather(target.check.params, reading, contextOf(target, signal)),
        )
        return [...own, ...more.map(clean)]
      } catch (error) {
        log.info({ err: error, target: target.id }, 'no evidence to be had')
        return own
      }
    },
  }
}

export type Probing = ReturnType<typeof createProbing>
