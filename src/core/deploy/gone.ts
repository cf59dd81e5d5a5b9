/** As much of a process as tells it from another one. */
interface Process {
  readonly pid: number
  readonly parent: number
  readonly state: string
  /** Epoch milliseconds. */
  readonly started: number
}

/**
 * A process's start is counted from the boot, whose time moves with the clock: by so many
 * milliseconds two looks at one process may differ. A number is not used again that soon.
 */
const tolerance = 2_000

/** A zombie runs no more: it only waits to be counted. */
const runs = ({ state }: Process): boolean => state !== 'Z' && state !== 'X'

/** Those of the processes seen before that run still. */
export const stillThere = <P extends Process>(
  seen: readonly { readonly pid: number; readonly started: number }[],
  all: readonly P[],
): readonly P[] =>
  all.filter(
    (one) =>
      runs(one) &&
      seen.some(({ pid, started }) => pid === one.pid && one.started <= started + tolerance),
  )

/** The processes with these ids, and all that descends from them. */
export function descendants<P extends Process>(
  pids: readonly number[],
  all: readonly P[],
): readonly P[] {
  const family = new Set(pids)
  for (let grown = -1; grown !== family.size; ) {
    grown = family.size
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid)
  }
  return all.filter(({ pid }) => family.has(pid))
}
