/** How late each loop is, by name; the latest first. All times are monotonic milliseconds. */
export function overdue(
  due: ReadonlyMap<string, number>,
  now: number,
): readonly { readonly name: string; readonly late: number }[] {
  return [...due]
    .flatMap(([name, at]) => (now > at ? [{ name, late: now - at }] : []))
    .toSorted((a, b) => b.late - a.late)
}

/**
 * For how long nothing at all could turn between two looks: a suspended machine, a stopped process.
 * No loop is to blame for that time.
 *
 * @param gap milliseconds between the two looks
 * @param every milliseconds that should lie between them
 */
export const standstill = (gap: number, every: number): number =>
  gap > 2 * every ? gap - every : 0
