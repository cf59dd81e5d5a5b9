import { beingFixed, type Incident } from './incident.ts'

/** What a summary or a morning brief is about. */
export interface Digest {
  readonly from: number
  readonly until: number
  readonly open: readonly Incident[]
  readonly fixed: readonly Incident[]
  readonly healed: readonly Incident[]
  readonly noted: readonly Incident[]
}

/**
 * Sorts what happened in a span of time.
 *
 * @param incidents those open now and those that ended within the span
 */
export function digestOf(incidents: readonly Incident[], from: number, until: number): Digest {
  const ended = incidents.filter((one) => one.endedAt !== null && one.endedAt > from)
  const wrong = (one: Incident): boolean => one.cause !== 'stopped' && one.severity !== 'info'
  const acted = (one: Incident): boolean => one.ending === 'fixed' || one.ending === 'restarted'
  const open = incidents.filter((one) => one.endedAt === null)
  return {
    from,
    until,
    open: open.filter(wrong),
    fixed: ended.filter(acted),
    healed: ended.filter((one) => wrong(one) && !acted(one)),
    noted: [
      ...open.filter((one) => !wrong(one) && one.openedAt > from && one.told !== 'yes'),
      ...ended.filter((one) => !wrong(one) && !acted(one) && one.told !== 'yes'),
    ],
  }
}

/** Something in it that its reader was not told yet. */
export const isNews = (digest: Digest): boolean =>
  [...digest.fixed, ...digest.healed, ...digest.noted].some((one) => one.told !== 'yes') ||
  digest.open.some(
    (one) => one.told !== 'yes' && one.openedAt > digest.from && !beingFixed(one.remedy),
  )
