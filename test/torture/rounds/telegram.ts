import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Standin } from '../../../src/standin/standin.ts'
import type { Dice } from '../dice.ts'
import type { Kind } from '../round.ts'
import { anyActs, perform, saysOf } from '../trouble.ts'

interface Weather {
  readonly says: string
  begin(standin: Standin): Promise<void> | void
  end(standin: Standin): Promise<void> | void
}

const methods = [
  'sendMessage',
  'editMessageText',
  'answerCallbackQuery',
  'getUpdates',
  'any',
] as const

/** The next calls of one method, or of all, go wrong. */
function faulty(dice: Dice, kind: Fault['kind']): Weather {
  const method = dice.pick(methods)
  const times = 1 + dice.below(4)
  const retryAfter = 1 + dice.below(4)
  const ms = 200 + dice.below(6_000)
  const aim = { times, ...(method !== 'any' && { method }) }
  const fault: Fault =
    kind === 'flood'
      ? { ...aim, kind, retryAfter }
      : kind === 'slow'
        ? { ...aim, kind, ms }
        : { ...aim, kind }
  return {
    says: `${kind} ${times}× for ${method}`,
    begin: (standin) => standin.fault(fault),
    end: (standin) => standin.clearFaults(),
  }
}

function refusing(dice: Dice): Weather {
  const ms = 500 + dice.below(4_000)
  return {
    says: `refused connections for ${ms} ms`,
    async begin(standin) {
      await standin.refuse()
      await sleep(ms)
      await standin.accept()
    },
    end: () => undefined,
  }
}

/** Telegram failing in one way, while the world goes on. */
export const telegram =
  (kind: Fault['kind'] | 'refused'): Kind =>
  (dice) => {
    const weather = kind === 'refused' ? refusing(dice) : faulty(dice, kind)
    const acts = anyActs(dice, 3_000)
    return {
      says: `Telegram: ${weather.says} (${saysOf(acts)})`,
      async run(arena) {
        arena.start()
        await arena.standin.waitForPoll(30_000)
        await Promise.all([weather.begin(arena.standin), perform(arena, acts)])
        await sleep(2_000)
        await weather.end(arena.standin)
        return []
      },
    }
  }
