import { setTimeout as sleep } from 'node:timers/promises'
import type { Arena } from '../arena.ts'
import { nothingLeft } from '../invariants/nothing-left.ts'
import { nothingLost } from '../invariants/nothing-lost.ts'
import { readRemains } from '../ledger.ts'
import type { Kind } from '../round.ts'
import { anyActs, breakSome, perform, saysOf } from '../trouble.ts'

/** What a bot that was killed has left behind, looked at before the next one repairs it. */
async function remains(arena: Arena): Promise<readonly string[]> {
  const ledger = readRemains(arena.home, arena.folder)
  if (!ledger) return []
  const damage =
    ledger.integrity === 'ok' ? [] : [`killed, integrity_check says ${ledger.integrity}`]
  return [...damage, ...nothingLost(ledger).map((one) => `killed: ${one}`)]
}

const lives = <T>(count: number, roll: () => T): readonly T[] => Array.from({ length: count }, roll)

/** `kill -9` at any moment, of the start or at work. */
export const kill: Kind = (dice) => {
  const all = lives(3, () => ({ at: dice.below(3_500), acts: anyActs(dice, 2_500) }))
  return {
    says: `kill -9 after ${all.map(({ at, acts }) => `${at} ms (${saysOf(acts)})`).join(', ')}`,
    async run(arena) {
      const seen: string[] = []
      for (const { at, acts } of all) {
        arena.start()
        await Promise.all([perform(arena, acts), sleep(at).then(() => arena.kill())])
        seen.push(...(await remains(arena)))
      }
      return seen
    },
  }
}

/** How long a life is given to make its last commit. */
const longestLife = 4_000

/** What a commit may be about; the most telling ones are those that somebody waits for. */
const statements = [
  'INSERT INTO notices',
  'INSERT INTO notices',
  'INSERT INTO notices',
  'INSERT INTO incidents',
  'INSERT INTO attempts',
  'UPDATE confirmations',
] as const

/** `kill -9` right after a commit, before anything else can be done. */
export const killAtCommit: Kind = (dice) => {
  const all = lives(6, () => ({
    commit: dice.once(3)
      ? `:${4 + dice.below(50)}`
      : `${dice.pick(statements)}:${1 + dice.below(2)}`,
    acts: [...breakSome(dice, 2), ...anyActs(dice, 2_000)],
  }))
  return {
    says: `kill -9 after commit ${all.map(({ commit, acts }) => `${commit} (${saysOf(acts)})`).join(', ')}`,
    async run(arena) {
      const seen: string[] = []
      await endFirst(arena)
      for (const { commit, acts } of all) {
        const bot = arena.start({ TORTURE_DIE_AT_COMMIT: commit })
        const dead = bot.gone(longestLife)
        await Promise.all([perform(arena, acts, () => bot.ended() !== null), dead])
        if (await dead) arena.noteDeath()
        else await arena.kill()
        seen.push(...(await remains(arena)))
      }
      return seen
    },
  }
}

async function endFirst(arena: Arena): Promise<void> {
  if (arena.bot.ended() === null) await arena.kill()
}

/** `kill -9` while Telegram has carried out a message and its answer is under way. */
export const killAtMessage: Kind = (dice) => {
  const all = lives(3, () => ({ call: 1 + dice.below(4), acts: anyActs(dice, 2_000) }))
  return {
    says: `kill -9 at message ${all.map(({ call, acts }) => `${call} (${saysOf(acts)})`).join(', ')}`,
    async run(arena) {
      const seen: string[] = []
      for (const { call, acts } of all) {
        const bot = arena.start()
        let left = call
        const forget = arena.standin.on('change', (change) => {
          const told = change.kind === 'called' && /^(?:send|edit)Message/.test(change.call.method)
          if (told && --left === 0) bot.signal('SIGKILL')
        })
        const dead = bot.gone(longestLife)
        await Promise.all([perform(arena, acts, () => bot.ended() !== null), dead])
        forget()
        if (await dead) arena.noteDeath()
        else await arena.kill()
        seen.push(...(await remains(arena)))
      }
      return seen
    },
  }
}

/** SIGTERM at any moment of its work: it ends in time, cleanly, and leaves nothing running. */
export const stop: Kind = (dice) => {
  const at = 500 + dice.below(3_000)
  const acts = anyActs(dice, 3_000)
  return {
    says: `SIGTERM after ${at} ms (${saysOf(acts)})`,
    async run(arena) {
      arena.start()
      // Before it is up a signal ends it as it ends any program.
      await arena.standin.waitForPoll(30_000)
      const ended = sleep(at).then(() => arena.stop())
      await perform(arena, acts)
      const code = await ended
      const unclean =
        code === 0 ? [] : [`SIGTERM ended it with ${code ?? 'a kill: it would not end'}`]
      return [...unclean, ...(await nothingLeft(arena)), ...(await remains(arena))]
    },
  }
}
