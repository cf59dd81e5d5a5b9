import type { Clock, Timer } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Loop } from '../contract/loop.ts'
import type { Chat, Message } from '../contract/message.ts'
import type { Sender, Verdict } from '../contract/sender.ts'
import { decideAlarm } from '../core/alarm.ts'
import { alarmMessage, alarmOver, type Trouble } from '../core/say/alarm.ts'
import { nameOf } from '../core/say/incident.ts'
import { type Finding, wrongNow } from './wrong-now.ts'
import type { Target } from './target.ts'

/** How often it looks while there is trouble. */
const every = 15_000
/** A look is later than this only when it is stuck: a delivery to each of many chats takes its time. */
const patience = 200_000

export interface AlarmOutside {
  readonly clock: Clock
  readonly log: Log
  readonly sender: Sender
  readonly loop: Loop
  /** Path of the state directory. */
  readonly home: string
  readonly targets: () => ReadonlyMap<string, Target>
  /** Where it may be told, the usual chat first. Must work without the database. */
  readonly chats: () => readonly Chat[]
}

/** What is in the chat, as far as this process remembers. */
interface Told {
  readonly chat: Chat
  readonly messageId: number
  /** What it is about, values that change all the time aside. */
  readonly gist: string
}

interface Episode {
  /** Epoch and monotonic milliseconds. */
  readonly since: number
  readonly sinceMono: number
  problem: string
  /** When the database could be used again, while that is not told yet. */
  overAt: number | null
  /** Since when (monotonic) each thing that is wrong has been so. */
  first: ReadonlyMap<string, number>
  heard: ReadonlySet<string>
  told: Told | null
}

/** Tells from memory that the bot's own database cannot be used: what is told as ever needs it. */
export function createAlarm(outside: AlarmOutside) {
  const { clock, log, sender, loop } = outside
  let episode: Episode | null = null
  let soundAt: number | null = null
  let timer: Timer | null = null
  let busy = false
  const stop = new AbortController()

  const attempt = async (message: Message, chat: Chat, at: Told | null): Promise<Verdict> => {
    const common = { chat, message, late: false }
    const verdict = await sender.deliver(
      at
        ? { op: 'edit', messageId: at.messageId, ...common }
        : { op: 'send', sound: true, ...common },
      stop.signal,
    )
    if (verdict.is !== 'sent') log.warn({ chat: chat.id, verdict }, 'the alarm was not delivered')
    return verdict
  }

  /** @returns what is in the chat now; null when nothing could be said yet */
  const say = async (message: Message, gist: string): Promise<Told | null> => {
    for (const chat of outside.chats()) {
      const verdict = await attempt(message, chat, null)
      if (verdict.is === 'later') return null
      if (verdict.is !== 'sent') continue
      soundAt = clock.monotonic()
      return { chat, messageId: verdict.messageId, gist }
    }
    return null
  }

  /** @returns false when it has to be tried again */
  const amend = async (of: Episode, message: Message, gist: string): Promise<boolean> => {
    if (!of.told) return true
    const verdict = await attempt(message, of.told.chat, of.told)
    if (verdict.is === 'sent') of.told = { ...of.told, gist }
    return verdict.is !== 'later'
  }

  const troubleOf = ({ since, problem }: Episode): Trouble => ({
    host: 'main',
    home: outside.home,
    since,
    problem,
  })

  const messageOf = (of: Episode, wrong: readonly Finding[]): Message =>
    alarmMessage(
      troubleOf(of),
      wrong.map(({ name, saw }) => ({ name: nameOf(name), saw })),
    )

  /** What is wrong and has lasted as long as its condition asks for. */
  const lasting = (of: Episode): readonly Finding[] => {
    const now = clock.monotonic()
    const wrong = wrongNow(outside.targets())
    of.first = new Map(wrong.map(({ key }) => [key, of.first.get(key) ?? now]))
    return wrong.filter(({ key, lasts }) => now - (of.first.get(key) ?? now) >= lasts)
  }

  const look = async (of: Episode): Promise<void> => {
    const wrong = lasting(of)
    const keys = wrong.map(({ key }) => key)
    const gist = JSON.stringify([of.problem, keys])
    const { told, heard, first, sinceMono: since } = of
    const changed = told !== null && told.gist !== gist
    const now = clock.monotonic()
    const facts = { now, since, soundAt, told: told !== null, changed, wrong, first, heard }
    const does = decideAlarm(facts)
    if (does === 'edit') await amend(of, messageOf(of, wrong), gist)
    if (does !== 'send') return
    const said = await say(messageOf(of, wrong), gist)
    if (!said) return
    of.told = said
    of.heard = new Set([...heard, ...keys])
  }

  const end = async (of: Episode, overAt: number): Promise<void> => {
    const done = await amend(of, alarmOver(troubleOf(of), overAt), 'over')
    // It may have begun anew meanwhile.
    if (done && of.overAt !== null && episode === of) episode = null
  }

  const turn = async (): Promise<void> => {
    const of = episode
    if (busy || !of) return
    busy = true
    try {
      await (of.overAt === null ? look(of) : end(of, of.overAt))
    } catch (error) {
      log.error({ err: error }, 'the alarm failed')
    } finally {
      busy = false
    }
    wait()
  }

  const wait = (): void => {
    timer?.cancel()
    if (!episode) return loop.rest()
    loop.expect(every + patience)
    timer = clock.after(every, () => void turn())
  }

  const begin = (problem: string): Episode => ({
    since: clock.now(),
    sinceMono: clock.monotonic(),
    problem,
    overAt: null,
    first: new Map(),
    heard: new Set(),
    told: null,
  })

  return {
    /** What is wrong with the database; null when nothing is. */
    set(problem: string | null): void {
      if (problem !== null && episode) {
        episode.problem = problem
        episode.overAt = null
      } else if (problem !== null) {
        episode = begin(problem)
        wait()
      } else if (episode && episode.overAt === null) {
        episode.overAt = clock.now()
        void turn()
      }
    },
    stop(): void {
      stop.abort()
      episode = null
      wait()
    },
  }
}
