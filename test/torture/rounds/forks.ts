import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kind } from '../round.ts'
import { anyActs, perform, saysOf } from '../trouble.ts'

/** The soft limit alone: the hard one could not be raised again. */
const limitDescriptors = (pid: number, limit: string): void =>
  void execFileSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`])

const limitOf = (pid: number): string => {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
  const [, soft = 'unlimited'] = /^Max open files\s+(\S+)/m.exec(limits) ?? []
  return soft
}

/** The bot may open nothing more: neither commands nor connections nor files. */
export const noDescriptors: Kind = (dice) => {
  const more = dice.below(8)
  const acts = anyActs(dice, 4_000)
  return {
    says: `${more} more descriptors allowed (${saysOf(acts)})`,
    async run(arena) {
      const bot = arena.start()
      await arena.standin.waitForPoll(30_000)
      const usual = limitOf(bot.pid)
      limitDescriptors(bot.pid, String(bot.descriptors() + more))
      await perform(arena, acts)
      await sleep(1_500)
      const end = bot.ended()
      if (end !== null) return [`no descriptors left ended it: ${end}`]
      limitDescriptors(bot.pid, usual)
      return []
    },
  }
}

/** Started with a PATH that has no tools. */
export const noTools: Kind = (dice) => {
  const acts = anyActs(dice, 4_000)
  return {
    says: `a PATH without tools (${saysOf(acts)})`,
    async run(arena) {
      await arena.stop()
      arena.start({ PATH: '/nonexistent' })
      await arena.standin.waitForPoll(30_000)
      await perform(arena, acts)
      const end = await arena.stop()
      return end === 0 ? [] : [`a PATH without tools ended it: ${end}`]
    },
  }
}
