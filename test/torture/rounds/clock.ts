import { setTimeout as sleep } from 'node:timers/promises'
import type { Kind } from '../round.ts'
import { anyActs, perform, saysOf } from '../trouble.ts'

const minute = 60_000
const day = 24 * 60 * minute
const jumps = [-day, -90 * minute, -3 * minute, 3 * minute, 90 * minute, day, 500 * day] as const

/** The wall clock jumps, things happen, and it jumps back. */
export const clock: Kind = (dice) => {
  const off = dice.pick(jumps)
  const acts = anyActs(dice, 4_000)
  const hold = 1_000 + dice.below(4_000)
  return {
    says: `clock ${off / minute} min off until ${hold} ms after (${saysOf(acts)})`,
    async run(arena) {
      arena.start()
      await arena.standin.waitForPoll(30_000)
      arena.setClock(off)
      await perform(arena, acts)
      await sleep(hold)
      arena.setClock(0)
      const end = arena.bot.ended()
      return end === null ? [] : [`a clock that jumped ended it: ${end}`]
    },
  }
}
