/** Chance that is a pure function of its seed. */
export interface Dice {
  /** A whole number from 0 to one less than `limit`. */
  below(limit: number): number
  /** True once in `of` times. */
  once(of: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  shuffled<T>(list: readonly T[]): T[]
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (const letter of Buffer.from(text)) state = Math.imul(state ^ letter, 0x01000193) >>> 0
  return state
}

/** Dice whose rolls are always the same for a seed; mulberry32. */
export function createDice(seed: string): Dice {
  let state = hash(seed)
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const again = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    once: (of) => below(of) === 0,
    pick: (list) => list[below(list.length)] ?? list[0],
    shuffled(list) {
      const rest = [...list]
      const mixed = []
      while (rest.length > 0) mixed.push(...rest.splice(below(rest.length), 1))
      return mixed
    },
  }
}
