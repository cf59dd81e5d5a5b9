import fc from 'fast-check'
import type { Severity } from '../../src/contract/severity.ts'
import { severities } from '../../src/contract/severity.ts'
import type { FixPhase } from '../../src/contract/view.ts'
import type { Incident, Remedy } from '../../src/core/incident.ts'

export const at = Date.UTC(2026, 2, 10, 12)

export const incident = (fields: Partial<Incident> = {}): Incident => ({
  id: 1,
  check: 'disk',
  host: 'main',
  subject: '',
  cause: 'threshold',
  severity: 'warning',
  worst: 'warning',
  openedAt: at,
  endedAt: null,
  ending: null,
  metric: 'used',
  unit: 'percent',
  value: 91,
  threshold: '> 85%',
  saw: '',
  service: null,
  evidence: [],
  acknowledged: null,
  remedy: null,
  told: 'no',
  toldAt: null,
  notice: null,
  reminders: 0,
  remindedAt: null,
  ...fields,
})

export const phases: readonly FixPhase[] = [
  'running',
  'verifying',
  'backing-off',
  'exhausted',
  'approval',
  'cooling',
  'limited',
  'nothing-to-do',
  'verified',
]

export const remedy = (phase: FixPhase): Remedy => ({
  fix: 'sweep',
  phase,
  attempt: 2,
  of: 3,
  next: at + 60_000,
  result: 'freed nothing',
})

export const anyRemedy: fc.Arbitrary<Remedy | null> = fc.option(
  fc.constantFrom(...phases).map(remedy),
)

const anySeverity = fc.constantFrom<Severity>(...severities)

/** Open ones, in any state. */
export const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    cause: fc.constantFrom('threshold' as const, 'unknown' as const, 'stopped' as const),
    severity: anySeverity,
    remedy: anyRemedy,
    told: fc.constantFrom('no' as const, 'held' as const, 'first-run' as const, 'yes' as const),
    acknowledged: fc.option(fc.constant({ by: 'Asha', at })),
    reminders: fc.nat(5),
    toldAt: fc.option(fc.constant(at)),
    remindedAt: fc.option(fc.integer({ min: at, max: at + 7_200_000 })),
  })
  .map((fields) => incident({ ...fields, worst: fields.severity }))
