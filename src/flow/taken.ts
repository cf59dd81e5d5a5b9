import { OperatorError } from '../contract/error.ts'
import type { Outcome } from '../contract/house.ts'
import { type Block, type Text, t } from '../contract/message.ts'
import type { Job, Work } from './work.ts'

/** What came of an order, in words. */
export const outcome = (ok: boolean, text: Text, more: readonly Block[] = []): Outcome => ({
  ok,
  message: { blocks: [{ line: text }, ...more] },
})

/** Somebody else is at it: who, with what, and since when. */
export const busyOutcome = (label: Text, { by, what, since }: Job): Outcome =>
  outcome(false, t('outcome-busy', { label, who: by ?? 'Mechanic', since: { time: since }, what }))

/** The same beforehand, beside the question. */
export function busyWarnings(work: Work, locks: readonly string[]): readonly Text[] {
  const jobs = new Set(locks.map((lock) => work.busy(lock)).filter((job) => job !== undefined))
  return Array.from(jobs, ({ what, since }) => t('confirm-busy', { what, since: { time: since } }))
}

/** The same where no person waits for an outcome. */
export const busyError = ({ by, what }: Job): OperatorError =>
  new OperatorError(`${by ?? 'Mechanic'} is at it (${what})`)
