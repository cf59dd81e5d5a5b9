import type { Invariant } from './sight.ts'

/** Nobody took an incident after its end: a button that outlived it does nothing. */
export const noStaleAct: Invariant = ({ ledger }) =>
  ledger.takenLate.map((id) => `incident ${id} was acknowledged after its end`)
