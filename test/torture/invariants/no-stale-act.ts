import type { Invariant } from './sight.ts'

/** Nobody took an incident after its end: a button that outlived it does nothing. */
export const noStaleAct: Invariant = ({ ledger }) =>
  ledger.incidents.flatMap(({ id, ended_at, acknowledged_at }) =>
    ended_at !== null && acknowledged_at !== null && acknowledged_at > ended_at
      ? [`incident ${id} was acknowledged ${acknowledged_at - ended_at} ms after its end`]
      : [],
  )
