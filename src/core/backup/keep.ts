import { Temporal } from 'temporal-polyfill'
import { outlived, withoutSafety } from './safety.ts'

/** restic's rules of what stays, in the order in which they are said. */
export const keepRules = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const

type Rule = (typeof keepRules)[number]

interface Dated {
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly tags: readonly string[]
}

/** By what it is decided which snapshots stay. */
export interface Keeping {
  /** How many stay by each rule; one at least is given. */
  readonly rules: { readonly [R in Rule]?: number }
  /** The ids of those that have counted as good. */
  readonly good: ReadonlySet<string>
  /** Days, weeks and months are those of this zone. */
  readonly zone: string
}

/** What two snapshots of one hour, day, … have in common. */
const periods: Readonly<
  Record<Exclude<Rule, 'last'>, (time: Temporal.ZonedDateTime) => string | number>
> = {
  hourly: (time) => `${time.toPlainDate().toString()} ${time.hour}`,
  daily: (time) => time.toPlainDate().toString(),
  weekly: (time) => `${time.yearOfWeek} ${time.weekOfYear}`,
  monthly: (time) => `${time.year} ${time.month}`,
  yearly: (time) => time.year,
}

/** What one rule keeps: the newest of each of the newest periods in which there are any. */
function keptBy<S extends Dated>(
  rule: Rule,
  count: number,
  newestFirst: readonly S[],
  zone: string,
) {
  if (rule === 'last') return newestFirst.slice(0, count)
  const periodOf = ({ at }: S) =>
    periods[rule](Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone))
  const newest = Map.groupBy(newestFirst, periodOf)
    .values()
    .flatMap((some) => some.slice(0, 1))
  return newest.take(count).toArray()
}

/** What all rules together keep. */
function keptOf<S extends Dated>(all: readonly S[], { rules, zone }: Keeping): readonly S[] {
  const newestFirst = all.toSorted((a, b) => b.at - a.at)
  return keepRules.flatMap((rule) => keptBy(rule, rules[rule] ?? 0, newestFirst, zone))
}

/** Those with the same tags are judged by themselves: a person may have given one a tag to tell it apart. */
const groupsOf = <S extends Dated>(all: readonly S[]): Iterable<readonly S[]> =>
  Map.groupBy(all, ({ tags }) => tags.toSorted().join()).values()

/**
 * The snapshots that may be removed, the oldest first. The rules are asked twice: of all that there are,
 * and of the good ones alone. So what is doubtful, or was never judged, stays like any other, but never
 * in the place of a good one. What was saved before a restore goes by its age alone.
 *
 * @param all of one backup, made by one machine
 * @param now epoch milliseconds
 */
export function removable<S extends Dated>(
  all: readonly S[],
  keeping: Keeping,
  now: number,
): readonly S[] {
  const { good } = keeping
  const groups = [...groupsOf(withoutSafety(all))]
  const kept = groups.flatMap((group) => [
    ...keptOf(group, keeping),
    ...keptOf(
      group.filter(({ id }) => good.has(id)),
      keeping,
    ),
  ])
  const stay = new Set(kept)
  const gone = groups.flatMap((group) => group.filter((one) => !stay.has(one)))
  return [...gone, ...outlived(all, now)].toSorted((a, b) => a.at - b.at)
}
