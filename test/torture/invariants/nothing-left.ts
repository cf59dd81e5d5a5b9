import { setTimeout as sleep } from 'node:timers/promises'
import type { Arena } from '../arena.ts'
import { processesOf } from '../bot.ts'
import type { Invariant } from './sight.ts'

/**
 * More than this many more is a leak. After a rush of answers that many connections are kept open: the
 * stand-in never closes one. A check that leaked one a run would be above it within a minute.
 */
const moreDescriptors = 60
/** Over so many looks; what is open at the quietest of them is open all the time. */
const looks = 12
/** Resident bytes. An idle bot has some 90 MiB; under load it may have twice that. */
const mostMemory = 220 * 2 ** 20

const atFirstRest = new Map<number, number>()

/** The bot holds no more descriptors than at its first rest, and its memory is bounded. */
export const nothingHoarded: Invariant = async ({ arena: { bot } }) => {
  const counts: number[] = []
  for (let look = 0; look < looks; look++) {
    counts.push(bot.descriptors())
    await sleep(50)
  }
  const now = Math.min(...counts)
  const before = atFirstRest.get(bot.pid) ?? now
  atFirstRest.set(bot.pid, before)
  const memory = bot.memory()
  return [
    ...(now > before + moreDescriptors ? [`${now} descriptors are open, ${before} at first`] : []),
    ...(memory > mostMemory ? [`it has ${Math.round(memory / 2 ** 20)} MiB`] : []),
  ]
}

/** How long what a killed bot had started may take to end by itself. */
const within = 8_000

/** After its end nothing that it started is left. */
export async function nothingLeft({ home }: Arena): Promise<readonly string[]> {
  let left: readonly number[] = []
  for (let waited = 0; waited < within; waited += 200) {
    left = processesOf(home)
    if (left.length === 0) return []
    await sleep(200)
  }
  return [`processes ${left.join(', ')} are left of it`]
}
