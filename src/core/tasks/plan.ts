/** One task as its schedule is agreed upon: no settings of its kind, which may hold secrets. */
export interface Planned {
  readonly name: string
  readonly kind: string
  /** node-cron's five fields. */
  readonly schedule: string
  /** The IANA zone whose wall clock they are about. */
  readonly zone: string
}

/** All of them, by name. */
export type Plan = readonly Planned[]

/** One line of what changes: `-` as it was, `+` as it will be. */
export interface PlanChange extends Planned {
  readonly sign: '-' | '+'
}

const byName = (tasks: Plan): Plan =>
  tasks.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))

/** The plan of a config's tasks, in an order that does not depend on the file's. */
export const planOf = (tasks: readonly Omit<Planned, 'zone'>[], zone: string): Plan =>
  byName(tasks.map(({ name, kind, schedule }) => ({ name, kind, schedule, zone })))

const isSame = (one: Planned, other: Planned): boolean =>
  one.name === other.name &&
  one.kind === other.kind &&
  one.schedule === other.schedule &&
  one.zone === other.zone

/** What is different, by name, the old line above the new one; empty when nothing is. */
export function planChanges(before: Plan, after: Plan): readonly PlanChange[] {
  const gone = before.filter((one) => !after.some((other) => isSame(one, other)))
  const come = after.filter((one) => !before.some((other) => isSame(one, other)))
  const names = byName([...gone, ...come]).map(({ name }) => name)
  return [...new Set(names)].flatMap((name) => [
    ...gone.filter((one) => one.name === name).map((one) => ({ ...one, sign: '-' as const })),
    ...come.filter((one) => one.name === name).map((one) => ({ ...one, sign: '+' as const })),
  ])
}

/**
 * What runs while a change is not confirmed: tasks that both plans have, at their old times. What was
 * removed is gone with its settings, and what is new, or has become something else, has no old time.
 */
export const inForce = (confirmed: Plan, wanted: Plan): Plan =>
  confirmed.filter((one) => wanted.some(({ name, kind }) => name === one.name && kind === one.kind))
