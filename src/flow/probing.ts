import type { Backups } from '../contract/backup.ts'
import type { Clock } from '../contract/clock.ts'
import { messageOf, OperatorError } from '../contract/error.ts'
import type { Log } from '../contract/log.ts'
import type { Evidence, Reading } from '../contract/reading.ts'
import type { Services } from '../contract/service.ts'
import { limited } from './limited.ts'
import { checkReadings } from './readings.ts'
import type { Target } from './target.ts'

export type Seen = { readonly readings: readonly Reading[] } | { readonly problem: string }

/** Characters kept of one line of evidence, and lines of one piece. */
const widest = 400
const mostLines = 40

export interface ProbingOutside {
  readonly clock: Clock
  readonly log: Log
  readonly services: Services
  readonly backups: Backups
  readonly redact: (text: string) => string
}

const late = (ms: number): OperatorError => new OperatorError(`no answer within ${ms / 1000} s`)

/** Runs probes under a time limit, and cleans what they bring. Never throws. */
export function createProbing({ clock, log, services, backups, redact }: ProbingOutside) {
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
    backups,
    memo: target.memo,
    signal,
    now: clock.now(),
    redact,
  })
  return {
    async probe(target: Target, stop: AbortSignal): Promise<Seen> {
      try {
        const readings = await limited(
          clock,
          target.check.timeout,
          stop,
          () => late(target.check.timeout),
          (signal) => target.kind.probe(target.check.params, contextOf(target, signal)),
        )
        return { readings: checkReadings(target.kind.kind, readings).map(cleanReading) }
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
          () => late(target.check.timeout),
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
