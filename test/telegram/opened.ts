import { expect } from 'vitest'
import type { Handler } from '../../src/contract/handler.ts'
import { createStandin } from '../../src/standin/standin.ts'
import type { Standin, StoredMessage } from '../../src/standin/standin.ts'
import { createTelegram } from '../../src/telegram/bot.ts'
import type { Telegram } from '../../src/telegram/bot.ts'
import cancel from '../../handlers/cancel.ts'
import restart from '../../handlers/restart.ts'
import silence from '../../handlers/silence.ts'
import status from '../../handlers/status.ts'
import { fakeHouse } from '../handlers/house.ts'
import type { FakeHouse } from '../handlers/house.ts'
import {
  asha,
  ben,
  english,
  manualClock,
  memoryLog,
  memoryPort,
  settled,
  until,
  viv,
} from './support.ts'
import type { ManualClock, MemoryPort } from './support.ts'

export const eve = 666
export const group = -5001

export interface Opened extends AsyncDisposable {
  readonly standin: Standin
  readonly clock: ManualClock
  readonly port: MemoryPort
  readonly house: FakeHouse
  readonly log: ReturnType<typeof memoryLog>
  readonly conflicts: boolean[]
  telegram: Telegram
  /** A new bot on the same store, as after a crash. */
  restart(): Promise<void>
}

/** A bot in front of the stand-in, with everything but the store and the house real. */
export async function open(more: readonly Handler[] = [], chat = asha.id): Promise<Opened> {
  const clock = manualClock()
  const unlimited = { burst: Infinity, perSecond: 1 }
  const standin = createStandin({ clock, limits: { privateChat: unlimited, group: unlimited } })
  for (const { id, name } of [asha, ben, viv]) standin.addUser({ id, name })
  standin.addUser({ id: eve, name: 'Eve' })
  standin.addGroup({ id: group, title: 'Ops', members: [asha.id, ben.id, eve] })
  const port = memoryPort()
  const house = fakeHouse(clock.now)
  const log = memoryLog()
  const conflicts: boolean[] = []
  const apiRoot = await standin.start()
  const begin = async (): Promise<Telegram> => {
    const telegram = createTelegram({
      loop: { expect() {}, rest() {} },
      token: standin.token,
      apiRoot,
      clock,
      log,
      port,
      words: english(clock.now),
      handlers: [status, restart, silence, cancel, ...more],
      house: () => house,
      operators: () => [asha, ben, viv],
      chat: () => ({ id: chat }),
      onConflict: (conflict) => conflicts.push(conflict),
    })
    telegram.start()
    await standin.waitForPoll()
    return telegram
  }
  const opened: Opened = {
    standin,
    clock,
    port,
    house,
    log,
    conflicts,
    telegram: await begin(),
    async restart() {
      const stopped = opened.telegram.stop(0)
      clock.advance(0)
      await stopped
      opened.telegram = await begin()
    },
    async [Symbol.asyncDispose]() {
      const stopped = opened.telegram.stop(0)
      clock.advance(0)
      await stopped
      await standin.stop()
    },
  }
  return opened
}

export const reads =
  (...parts: string[]) =>
  ({ text }: StoredMessage): boolean =>
    parts.every((part) => text.includes(part))

/** Time goes by in steps that a long poll survives, until the bot listens again. */
export async function later({ clock, standin }: Opened, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10_000) {
    clock.advance(Math.min(left, 10_000))
    await settled()
  }
  const listens = (): Promise<boolean> => standin.waitForPoll(20).catch(() => false)
  while (!(await listens())) clock.advance(1000)
}

/** What a person does is handled, but Telegram is not told so: it comes again after the next start. */
export async function unconfirmed<T>({ standin, telegram }: Opened, act: () => T): Promise<T> {
  await standin.waitForPoll()
  standin.fault({ kind: 'server-error', method: 'getUpdates' })
  const done = act()
  await until(() => telegram.state() === 'away')
  expect(standin.pendingUpdates).toBe(1)
  return done
}

/** Confirms that the bot says nothing: whoever is asked afterwards is answered first. */
export async function silent({ standin }: Opened, chat: number): Promise<void> {
  const before = standin.messages(chat).filter(({ byBot }) => byBot).length
  standin.say(asha.id, '/checks')
  await standin.waitFor(reads('checks'))
  const after = standin.messages(chat).filter(({ byBot }) => byBot).length
  expect(after).toBe(before + (chat === asha.id ? 1 : 0))
}
