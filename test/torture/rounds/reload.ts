import { setTimeout as sleep } from 'node:timers/promises'
import type { Arena } from '../arena.ts'
import { configText } from '../config.ts'
import type { Kind } from '../round.ts'
import { anyActs, perform, saysOf } from '../trouble.ts'

type Spoiled = readonly [name: string, spoil: (text: string) => string]

const broken: readonly [Spoiled, ...Spoiled[]] = [
  ['cut off', (text: string) => text.slice(0, text.length / 2)],
  ['no YAML', () => 'checks: { a: [ }'],
  ['unknown kind', (text: string) => text.replace('kind: tcp', 'kind: tpc')],
  ['empty', () => 'operators: []\n'],
  ['missing variable', (text: string) => text.replace('${PAGE_KEY}', '${NOPE}')],
  ['binary', () => '\u0000\u0001\uFFFD'],
]

const problemOf = async (arena: Arena): Promise<string | null | undefined> => {
  const answer = await arena.get('/health')
  const health = answer && (JSON.parse(answer.text) as { config?: { problem?: string | null } })
  return health?.config?.problem
}

/** Waits until the bot says so of its config. */
async function config(arena: Arena, refused: boolean): Promise<readonly string[]> {
  for (let tries = 0; tries < 40; tries++) {
    const problem = await problemOf(arena)
    if (problem !== undefined && (problem !== null) === refused) return []
    await sleep(250)
  }
  return [refused ? 'a broken config was not refused' : 'a good config was not taken']
}

/** SIGHUP with a config that is wrong: told, and the one before stays in force. */
export const reloadBroken: Kind = (dice) => {
  const [name, spoil] = dice.pick(broken)
  const acts = anyActs(dice, 2_000)
  return {
    says: `SIGHUP with a config that is ${name} (${saysOf(acts)})`,
    async run(arena) {
      arena.start()
      await arena.standin.waitForPoll(30_000)
      arena.writeConfig(spoil(configText(arena.things)))
      arena.bot.signal('SIGHUP')
      await perform(arena, acts)
      const refused = await config(arena, true)
      arena.writeConfig()
      arena.bot.signal('SIGHUP')
      return [...refused, ...(await config(arena, false))]
    },
  }
}

/** SIGHUP with a config that watches less, then with all of it again, several times in a row. */
export const reloadGood: Kind = (dice) => {
  const without = dice.pick(['gate', 'leak', 'web', 'vain', 'job'])
  const times = 1 + dice.below(4)
  const acts = anyActs(dice, 2_000)
  return {
    says: `SIGHUP ${times} times with and without ${without} (${saysOf(acts)})`,
    async run(arena) {
      arena.start()
      await arena.standin.waitForPoll(30_000)
      const done = perform(arena, acts)
      for (let time = 0; time < times; time++) {
        arena.writeConfig(configText(arena.things.filter(({ name }) => name !== without)))
        arena.bot.signal('SIGHUP')
        await sleep(400)
        arena.writeConfig()
        arena.bot.signal('SIGHUP')
        await sleep(400)
      }
      await done
      return config(arena, false)
    },
  }
}
