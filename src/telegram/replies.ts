import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Chat, Message } from '../contract/message.ts'
import type { Delivery, Sender, Verdict } from '../contract/sender.ts'
import { createSleep, within } from './sleep.ts'
import type { Sleep } from './sleep.ts'

/** Answers to people, apart from the outbox: in order per chat, in memory, gone when they are old. */
export interface Replies {
  send(chat: Chat, message: Message, sent?: (messageId: number) => void): void
  /** What came of an action. It is worth waiting for longer; where its message is gone it is sent anew. */
  edit(chat: Chat, messageId: number, message: Message, sent?: (messageId: number) => void): void
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

interface Desk extends RepliesParts {
  readonly queues: Map<string, Entry[]>
  readonly stopping: AbortController
  readonly sleep: Sleep
  /** The work on every queue there is. */
  readonly working: Set<Promise<void>>
}

/** A queue for each chat that has something to be told. */
export function createReplies(parts: RepliesParts): Replies {
  const { clock } = parts
  const desk: Desk = {
    ...parts,
    queues: new Map(),
    stopping: new AbortController(),
    sleep: createSleep(clock),
    working: new Set(),
  }
  return {
    send(chat, message, sent) {
      const delivery: Delivery = { op: 'send', chat, message, sound: false, late: false }
      add(desk, { delivery, until: clock.monotonic() + replyMs, sent })
    },
    edit(chat, messageId, message, sent) {
      const delivery: Delivery = { op: 'edit', chat, message, messageId, late: false }
      add(desk, { delivery, until: clock.monotonic() + outcomeMs, sent })
    },
    drain: (ms) => within(clock, ms, Promise.all(desk.working)),
    stop() {
      desk.stopping.abort()
      desk.sleep.wake()
    },
  }
}

function add(desk: Desk, entry: Entry): void {
  const { queues, log, stopping, working } = desk
  const { chat } = entry.delivery
  if (stopping.signal.aborted) return
  const key = `${chat.id}/${chat.topic ?? ''}`
  const queue = queues.get(key)
  if (!queue) {
    const fresh = [entry]
    queues.set(key, fresh)
    const work = workOff(desk, fresh).finally(() => {
      queues.delete(key)
      working.delete(work)
    })
    working.add(work)
  } else if (!supersede(queue, entry)) {
    if (queue.length < longestQueue) queue.push(entry)
    else log.warn({ chat: chat.id }, 'reply dropped: too many are waiting')
  }
}

async function workOff(desk: Desk, queue: Entry[]): Promise<void> {
  for (let entry = queue[0]; entry && !desk.stopping.signal.aborted; entry = queue[0]) {
    const next = await deliver(desk, entry).catch((error: unknown) => {
      desk.log.error({ err: error }, 'reply failed')
      return undefined
    })
    if (next) queue[0] = next
    else queue.shift()
  }
}

/** One attempt; what is left to do after it. */
async function deliver(desk: Desk, entry: Entry): Promise<Entry | undefined> {
  const { sender, clock, log, stopping, sleep } = desk
  const chat = entry.delivery.chat.id
  const verdict = await sender.deliver(entry.delivery, stopping.signal)
  const next = after(entry, verdict)
  if (verdict.is === 'sent') entry.sent?.(verdict.messageId)
  if (verdict.is === 'never' && !next) log.warn({ chat, why: verdict.why }, 'reply cannot be sent')
  if (!next) return undefined
  if (clock.monotonic() >= next.until) {
    log.warn({ chat, verdict: verdict.is }, 'reply dropped: too old')
    return undefined
  }
  if (verdict.is === 'later') await sleep(Math.max(shortestPause, verdict.after))
  return next
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
  const { chat, message, op } = entry.delivery
  const anew = (to: Chat): Entry => ({
    ...entry,
    delivery: { op: 'send', chat: to, message, sound: false, late: false },
  })
  if (verdict.is === 'later') return entry
  // Topics and message ids of the old group mean nothing in the new one.
  if (verdict.is === 'moved') return anew({ id: verdict.to })
  const lost = verdict.is === 'never' && verdict.why === 'message-gone' && op === 'edit'
  return lost ? anew(chat) : undefined
}
