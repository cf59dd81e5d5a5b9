import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Chat, Message } from '../contract/message.ts'
import type { Delivery, Sender, Verdict } from '../contract/sender.ts'

/** Answers to people, apart from the outbox: in order per chat, in memory, gone when they are old. */
export interface Replies {
  send(chat: Chat, message: Message, sent?: (messageId: number) => void): void
  /** What came of an action. It is worth waiting for longer; where its message is gone it is sent anew. */
  edit(chat: Chat, messageId: number, message: Message): void
  /** Resolves when everything is sent, or after `ms` milliseconds. */
  drain(ms: number): Promise<void>
  stop(): void
}

export interface RepliesParts {
  readonly sender: Sender
  readonly clock: Clock
  readonly log: Log
}

interface Entry {
  readonly delivery: Delivery
  /** Monotonic ms after which nobody waits for it any more. */
  readonly until: number
  readonly sent: ((messageId: number) => void) | undefined
}

const replyMs = 120_000
const outcomeMs = 3_600_000
const longestQueue = 100
const shortestPause = 50

/** A queue for each chat that has something to be told. */
export function createReplies({ sender, clock, log }: RepliesParts): Replies {
  const queues = new Map<string, Entry[]>()
  const stopping = new AbortController()
  const idle = new Set<() => void>()
  const sleepers = new Set<() => void>()

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        sleepers.delete(wake)
        timer.cancel()
        resolve()
      }
      const timer = clock.after(ms, wake)
      sleepers.add(wake)
    })

  async function deliver(queue: Entry[], entry: Entry): Promise<void> {
    const verdict = await sender.deliver(entry.delivery, stopping.signal)
    const chat = entry.delivery.chat.id
    const next = after(entry, verdict)
    if (verdict.is === 'sent') entry.sent?.(verdict.messageId)
    if (verdict.is === 'never' && !next)
      log.warn({ chat, why: verdict.why }, 'reply cannot be sent')
    if (!next) return void queue.shift()
    if (clock.monotonic() >= next.until) {
      log.warn({ chat, verdict: verdict.is }, 'reply dropped: too old')
      return void queue.shift()
    }
    queue[0] = next
    if (verdict.is === 'later') await pause(Math.max(shortestPause, verdict.after))
  }

  async function work(key: string, queue: Entry[]): Promise<void> {
    for (let entry = queue[0]; entry && !stopping.signal.aborted; entry = queue[0]) {
      await deliver(queue, entry).catch((error: unknown) => {
        log.error({ err: error }, 'reply failed')
        queue.shift()
      })
    }
    queues.delete(key)
    if (queues.size === 0) for (const done of [...idle]) done()
  }

  function add(delivery: Delivery, ms: number, sent?: (messageId: number) => void): void {
    if (stopping.signal.aborted) return
    const key = `${delivery.chat.id}/${delivery.chat.topic ?? ''}`
    const entry = { delivery, until: clock.monotonic() + ms, sent }
    const queue = queues.get(key)
    if (!queue) {
      const fresh = [entry]
      queues.set(key, fresh)
      void work(key, fresh)
    } else if (!supersede(queue, entry)) {
      if (queue.length < longestQueue) return void queue.push(entry)
      log.warn({ chat: delivery.chat.id }, 'reply dropped: too many are waiting')
    }
  }

  return {
    send: (chat, message, sent) =>
      add({ op: 'send', chat, message, sound: false, late: false }, replyMs, sent),
    edit: (chat, messageId, message) =>
      add({ op: 'edit', chat, message, messageId, late: false }, outcomeMs),
    drain: (ms) =>
      new Promise((resolve) => {
        if (queues.size === 0) return resolve()
        const done = (): void => {
          idle.delete(done)
          timer.cancel()
          resolve()
        }
        const timer = clock.after(ms, done)
        idle.add(done)
      }),
    stop() {
      stopping.abort()
      for (const wake of [...sleepers]) wake()
    },
  }
}

/** Of edits that wait for the same message only the newest counts; the first in line is under way. */
function supersede(queue: Entry[], entry: Entry): boolean {
  const { delivery } = entry
  const older = queue.findIndex(
    (waiting, place) =>
      place > 0 &&
      waiting.delivery.op === 'edit' &&
      delivery.op === 'edit' &&
      waiting.delivery.messageId === delivery.messageId,
  )
  if (older < 0) return false
  queue[older] = entry
  return true
}

/** What to try next after a verdict: the same, elsewhere, as a new message, or nothing. */
function after(entry: Entry, verdict: Verdict): Entry | undefined {
  const { delivery } = entry
  switch (verdict.is) {
    case 'sent':
      return undefined
    case 'later':
      return entry
    case 'moved': {
      // Topics and message ids of the old group mean nothing in the new one.
      const { message } = delivery
      const chat = { id: verdict.to }
      return { ...entry, delivery: { op: 'send', chat, message, sound: false, late: false } }
    }
    case 'never': {
      if (verdict.why !== 'message-gone' || delivery.op !== 'edit') return undefined
      const { chat, message } = delivery
      return { ...entry, delivery: { op: 'send', chat, message, sound: false, late: false } }
    }
  }
}
