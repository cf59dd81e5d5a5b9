import type { Invariant } from './sight.ts'

/** A fix acted no more often than was written down before it, and no less than it claims afterwards. */
export const doneOnce: Invariant = ({ arena, ledger }) => {
  const done = arena.things.flatMap((one) => Object.entries(one.acted?.() ?? {}))
  return done.flatMap(([fix, times]) => {
    const tries = ledger.attempts.filter((attempt) => attempt.fix === fix)
    const acted = tries.filter(({ acted_at }) => acted_at !== null).length
    return [
      ...(times > tries.length ? [`${fix} acted ${times} times in ${tries.length} attempts`] : []),
      ...(times < acted ? [`${fix} acted ${times} times, but claims ${acted}`] : []),
    ]
  })
}
