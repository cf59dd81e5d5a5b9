import type { Ledger } from '../ledger.ts'

/**
 * What was committed together is there together: a notice that waits has its row in the outbox, an
 * incident that was told has its notice, and a row has the notice that it is about.
 */
export function nothingLost({ incidents, notices, outbox }: Ledger): readonly string[] {
  const rows = new Set(outbox.map(({ notice }) => notice))
  const known = new Set(notices.map(({ id }) => id))
  const stranded = notices.filter(({ id, state }) => state === 'waiting' && !rows.has(id))
  const untold = incidents.filter(
    ({ told, notice, ended_at }) =>
      told === 'yes' && ended_at === null && (notice === null || !known.has(notice)),
  )
  const empty = outbox.filter(({ notice }) => !known.has(notice))
  return [
    ...stranded.map(({ id, kind }) => `notice ${id} (${kind}) waits, but nothing will send it`),
    ...untold.map(
      ({ id, check_name }) => `incident ${id} (${check_name}) counts as told by no notice`,
    ),
    ...empty.map(({ notice }) => `the outbox has a row of notice ${notice}, which does not exist`),
  ]
}
