import type { Timer } from '../contract/clock.ts'
import type { Loop } from '../contract/loop.ts'
import { messageOf } from '../contract/error.ts'
import type { Delivery, Sender, Verdict } from '../contract/sender.ts'
import type { Due } from '../store/outbox.ts'
import { createRefusing, type RefusingOutside } from './refusing.ts'

/** A delivery that has no answer after this long is tried again. */
const timeout = 30_000
/** What is delivered this long after it was written is marked as late. */
const lateAfter = 60_000
/** Pauses while Telegram cannot be reached: they double from the first to the last. */
const firstPause = 1_000
const longestPause = 60_000

/** How long the delivery under way may take when the program stops. */
const lastDeliveryWithin = 5_000
/** A delivery that its own time limit does not end is stuck. */
const stuckAfter = 2 * timeout

export interface DeliveringOutside extends RefusingOutside {
  readonly sender: Sender
  readonly loop: Loop
  /** Until when a delivery has to wait, in epoch milliseconds; null: it may leave. */
  readonly heldUntil: (due: Due) => number | null
}

/** What came of a delivery, and how many milliseconds the sender took. */
interface Came {
  readonly due: Due
  readonly verdict: Verdict
  readonly took: number
}

export type Delivering = ReturnType<typeof createDelivering>

const toDelivery = (due: Due, now: number): Delivery => {
  const common = {
    chat: due.notice.chat,
    message: due.message,
    late: now - due.at > lateAfter,
  }
  return due.op === 'edit' && due.notice.message !== null
    ? { op: 'edit', messageId: due.notice.message, ...common }
    : {
        op: 'send',
        sound: due.sound,
        ...(due.replyTo !== null && { replyTo: due.replyTo }),
        ...common,
      }
}

/** Empties the outbox, one delivery at a time: it alone decides when to try again. */
export function createDelivering(outside: DeliveringOutside) {
  const { clock, log, store, sender, tests } = outside
  const refused = createRefusing(outside)
  const stop = new AbortController()
  const end = new AbortController()
  let timer: Timer | null = null
  let busy: Promise<void> | null = null
  let failures = 0
  let pausedUntil = 0
  /** Chats that take nothing yet, and until when, monotonic: what waits for one keeps its order. */
  const slow = new Map<number, number>()
  let lastDelivery: number | null = null
  /** Came, but could not be written down yet: what was sent must not be sent again. */
  let unwritten: Came | null = null

  const deliver = async (due: Due): Promise<Verdict> => {
    outside.loop.expect(stuckAfter)
    const abort = new AbortController()
    const limit = clock.after(timeout, () => abort.abort())
    try {
      const signal = AbortSignal.any([abort.signal, end.signal])
      return await sender.deliver(toDelivery(due, clock.now()), signal)
    } catch (error) {
      return { is: 'later', after: 0, why: messageOf(error), wholeBot: true }
    } finally {
      outside.loop.rest()
      limit.cancel()
    }
  }

  const postpone = (due: Due, verdict: Verdict & { is: 'later' }): void => {
    store.outbox.later(due, 0)
    if (!verdict.wholeBot)
      return void slow.set(due.notice.chat.id, clock.monotonic() + Math.max(1, verdict.after))
    failures++
    const doubled = Math.min(longestPause, firstPause * 2 ** (failures - 1))
    const pause = Math.max(verdict.after, doubled)
    pausedUntil = clock.monotonic() + pause
    log.warn({ why: verdict.why, pause }, 'Telegram does not take messages')
  }

  const settle = ({ due, verdict, took }: Came): void => {
    if (verdict.is === 'later') return postpone(due, verdict)
    failures = 0
    lastDelivery = clock.now()
    if (verdict.is === 'sent') {
      store.outbox.sent(due, verdict.messageId, clock.now())
      return tests.delivered(due, took)
    }
    if (verdict.is === 'never') return refused(due, verdict)
    store.meta.set(`moved:${due.notice.chat.id}`, verdict.to)
    store.notices.moveChat(due.notice.chat.id, verdict.to)
    store.outbox.later(due, 0)
  }

  const slowChats = (): readonly number[] => {
    const now = clock.monotonic()
    for (const [chat, until] of Array.from(slow)) if (until <= now) slow.delete(chat)
    return [...slow.keys()]
  }

  const drain = async (): Promise<void> => {
    while (!stop.signal.aborted && clock.monotonic() >= pausedUntil) {
      if (unwritten) write(unwritten)
      const due = store.outbox.claim(clock.now(), slowChats())
      if (!due) return
      const held = outside.heldUntil(due)
      if (held !== null) {
        store.outbox.later(due, held)
        continue
      }
      const begun = clock.monotonic()
      const verdict = await deliver(due)
      if (stop.signal.aborted && verdict.is === 'later') return store.outbox.later(due, 0)
      write({ due, verdict, took: clock.monotonic() - begun })
    }
  }

  const write = (came: Came): void => {
    unwritten = came
    store.atomically(() => settle(came))
    unwritten = null
  }

  const wait = (): void => {
    timer?.cancel()
    if (stop.signal.aborted) return
    const due = store.outbox.soonest(slowChats())
    const now = clock.monotonic()
    const waits = Array.from(slow.values(), (until) => until - now)
    if (due !== null) waits.push(due - clock.now())
    if (waits.length === 0) return
    timer = clock.after(Math.max(Math.min(...waits), pausedUntil - now, 0), poke)
  }

  /** Looks whether something is due: called after every commit that may have written a message. */
  function poke(): void {
    if (busy || stop.signal.aborted) return
    // Whoever pokes may be within a transaction: nothing leaves before that is committed.
    busy = Promise.resolve()
      .then(drain)
      .finally(() => (busy = null))
      .then(wait)
      .catch((error: unknown) => {
        // The next round pokes again.
        pausedUntil = clock.monotonic() + firstPause
        log.error({ err: error }, 'the outbox could not be read or written')
      })
  }

  return {
    poke,
    state: () => ({
      ...store.outbox.depth(),
      reachable: failures === 0,
      pausedUntil: failures === 0 ? null : clock.now() + pausedUntil - clock.monotonic(),
      lastDelivery,
    }),
    /** Lets the delivery under way end, and starts no other. */
    async stop(): Promise<void> {
      timer?.cancel()
      stop.abort()
      // Cut off, what Telegram has taken already would be sent a second time after the start.
      const limit = clock.after(lastDeliveryWithin, () => end.abort())
      await busy
      limit.cancel()
    },
  }
}
