import type { Timer } from '../contract/clock.ts'
import type { Loop } from '../contract/loop.ts'
import { isOpen } from '../core/incident.ts'
import { calmLevel } from '../core/evaluate.ts'
import { levelKey } from '../core/subject.ts'
import type { Context } from './context.ts'
import type { Fixing } from './fixing.ts'
import type { Reminders } from './reminders.ts'
import type { Recording } from './recording.ts'
import type { Summaries } from './summaries.ts'
import { type Target, targetId } from './target.ts'
import type { Telling } from './telling.ts'

const second = 1_000
const minute = 60_000
const hour = 60 * minute
/** How often it is written down that the bot is alive: the precision of "was away from … to …". */
const aliveEvery = 5_000
/** A round that is later than this is stuck. */
const nextWithin = 30_000
/** How often the value that a message shows is brought up to date, without any other reason. */
const refreshEvery = 10 * minute
/** The first message waits this long for what is still in doubt. */
const longestArrival = 45_000
/** Updates, confirmations: Telegram keeps a command for a day. */
const keep = 2 * 86_400_000
/** What is forgotten moves on at most this far each hour: a clock set far ahead is not believed. */
const pruneStep = 2 * hour

/** Whether it may turn out to be wrong already before the first message has to leave. */
const inDoubt = ({ rules, live }: Target): boolean =>
  live.states.values().some((state) =>
    rules.levels.some((level) => {
      const { bad, active } = state[levelKey(level)] ?? calmLevel
      return bad > 0 && !active && level.threshold.for <= longestArrival
    }),
  )

export interface RoundsOutside {
  readonly context: Context
  readonly telling: Telling
  readonly fixing: Fixing
  readonly summaries: Summaries
  readonly reminders: Reminders
  readonly recording: Recording
  readonly startedAt: number
  /** It is known which operators can be written to. */
  readonly met: () => boolean
  /** Ends the first run: everything has been looked at. */
  readonly arrive: () => void
  /** Questions that nobody answered, and whatever else the chat wants done each second. */
  readonly sweep: (now: number) => void
  /** What the start left undone; throws while it cannot be done yet. */
  readonly catchUp: () => void
  readonly poke: () => void
  /** A round failed: the database cannot be used. Called with null when it can again. */
  readonly fault: (error: unknown) => void
  readonly loop: Loop
}

/** What happens by the mere passing of time, once a second. */
export function createRounds(outside: RoundsOutside) {
  const { context, telling, fixing, summaries } = outside
  const { clock, store } = context
  let timer: Timer | null = null
  let stopped = false
  let aliveAt = 0
  let refreshedAt = clock.now()
  let prunedMono = -Infinity
  /** The latest time that was seen, by this run of the program or the one before. */
  let latest = store.meta.number('alive-at') ?? clock.now()

  const attend = (): void => {
    for (const known of store.incidents.open()) {
      // What is not watched yet, soon after a start, has no policy either: it is left as it stands.
      if (!context.targets().has(targetId(known.check, known.host))) continue
      const incident = store.atomically(() => telling.remind(telling.consider(known)))
      if (isOpen(incident) && incident.cause === 'threshold') fixing.consider(incident)
    }
  }

  const refresh = (now: number): void => {
    store.atomically(() => store.incidents.open().forEach((one) => telling.refresh(one)))
    refreshedAt = now
  }

  const arriving = (now: number): void => {
    if (!context.firstRun()) return
    const targets = [...context.targets().values()]
    const looked = targets.every((target) => target.live.ranAt !== null)
    const sure = outside.met() && !targets.some(inDoubt)
    if ((looked && sure) || now - outside.startedAt > longestArrival) outside.arrive()
  }

  const prune = (now: number): void => {
    const until = Math.min(now, (store.meta.number('pruned-until') ?? now) + pruneStep)
    store.chat.forgetUpdatesBefore(until - keep)
    store.confirmations.forgetBefore(until - keep)
    store.silences.forgetEndedBefore(until - keep)
    store.prune(until)
    store.meta.set('pruned-until', until)
    prunedMono = clock.monotonic()
  }

  const follow = (now: number): void => {
    if (now < latest) store.setBack(now, latest - now)
    latest = now
  }

  /** @returns whether something could be written, as proof that the database takes it */
  const round = (): boolean => {
    const now = clock.now()
    follow(now)
    outside.catchUp()
    const due = Math.abs(now - aliveAt) >= aliveEvery
    if (due) {
      store.meta.note('alive-at', now)
      aliveAt = now
    }
    attend()
    if (Math.abs(now - refreshedAt) >= refreshEvery) refresh(now)
    summaries.watchQuiet()
    outside.reminders.look(now)
    arriving(now)
    outside.sweep(now)
    if (clock.monotonic() - prunedMono >= hour) prune(now)
    outside.poke()
    outside.recording.turn()
    return (
      due &&
      context
        .targets()
        .values()
        .every(({ live }) => live.stored)
    )
  }

  const turn = (): void => {
    if (stopped) return
    outside.loop.expect(nextWithin)
    timer = clock.after(second, turn)
    try {
      if (round()) outside.fault(null)
    } catch (error) {
      outside.fault(error)
    }
  }

  return {
    start: turn,
    stop(): void {
      stopped = true
      timer?.cancel()
      outside.loop.rest()
    },
  }
}
