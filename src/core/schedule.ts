/** FNV-1a, 32 bits: spreads names evenly (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** A name's place within an interval, the same at every start: 0 to `every` ms. */
export const phaseIn = (name: string, every: number): number =>
  Math.floor((hash(name) / 0x1_0000_0000) * every)

/**
 * When a check runs next: the first slot of its own after `now`. Slots lie on a fixed grid, so that
 * a slow run shifts none of those after it and a missed one is not caught up.
 *
 * @param now monotonic milliseconds
 */
export function nextSlot(name: string, every: number, now: number): number {
  const phase = phaseIn(name, every)
  return phase + (Math.floor((now - phase) / every) + 1) * every
}

/** The pause between looks at what is in doubt: the contract's min(`every`, 10 s). */
export const doubtPause = (every: number): number => Math.min(every, 10_000)

/**
 * How much of the time between two runs counts as watched. More than two rounds means that the bot,
 * the machine or the clock was away, and nobody knows what was in between: then it counts as one look.
 */
export const watchedGap = (elapsed: number, every: number, timeout: number): number =>
  elapsed > 2 * (every + timeout) ? doubtPause(every) : Math.max(0, elapsed)
