import type { Memo } from '../contract/check.ts'

const isNumbers = (kept: unknown): kept is readonly number[] =>
  Array.isArray(kept) && kept.every((one) => typeof one === 'number')

/** Adds a value to the newest `most` under `key`, and returns them, oldest first. */
export function keepRecent(
  memo: Memo,
  key: string,
  value: number,
  most: number,
): readonly number[] {
  const kept = memo.get(key)
  const values = [...(isNumbers(kept) ? kept : []), value].slice(-most)
  memo.set(key, values)
  return values
}

/** The value that `percent` of all are not above, by nearest rank; null of none. */
export function percentile(values: readonly number[], percent: number): number | null {
  const rank = Math.ceil((percent / 100) * values.length)
  return values.toSorted((a, b) => a - b)[Math.max(rank - 1, 0)] ?? null
}
