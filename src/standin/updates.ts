import { flag, given as isGiven, integer, list } from './params.ts'
import type { Params } from './params.ts'
import { Refusal } from './refusal.ts'
import { announce } from './world.ts'
import type { World } from './world.ts'

const dayMs = 24 * 60 * 60 * 1000
const maxPending = 10_000
/** Sent only to who asks for them by name. core.telegram.org/bots/api#getupdates */
const onlyByName = new Set(['chat_member', 'message_reaction', 'message_reaction_count'])

interface Pending {
  readonly id: number
  /** Epoch ms. */
  readonly at: number
  readonly body: Readonly<Record<string, unknown>>
  /** Gone once it was handed out, whatever the bot confirms. */
  readonly once?: boolean
}

interface Waiter {
  readonly answer: () => void
  readonly refuse: (reason: Refusal) => void
}

/** Updates that the bot has not confirmed yet, and its long poll if one is open. */
export interface UpdateQueue {
  readonly pending: Pending[]
  nextId: number
  allowed: readonly string[]
  waiter: Waiter | undefined
}

/** An empty queue; the first update gets the id 500001. */
export function newQueue(): UpdateQueue {
  return { pending: [], nextId: 500_001, allowed: [], waiter: undefined }
}

/** Puts an update of that kind in line, unless the bot does not want the kind. An open long poll gets it at once. */
export function push(world: World, kind: string, payload: unknown): void {
  const { queue } = world
  const wanted = queue.allowed.length > 0 ? queue.allowed.includes(kind) : !onlyByName.has(kind)
  if (!wanted) return
  const id = queue.nextId++
  enqueue(world, { id, at: world.clock.now(), body: { update_id: id, [kind]: payload } })
}

/**
 * Puts an update of any shape in line, of kinds that nobody asked for too. An `update_id` of its own
 * may be one that was there before, or come out of order; it is handed out once.
 *
 * @returns its id
 */
export function forgeUpdate(world: World, body: Readonly<Record<string, unknown>>): number {
  const id = world.queue.nextId++
  const shown = body['update_id'] ?? id
  enqueue(world, { id, at: world.clock.now(), body: { ...body, update_id: shown }, once: true })
  return id
}

function enqueue({ queue }: World, update: Pending): void {
  queue.pending.push(update)
  if (queue.pending.length > maxPending) queue.pending.shift()
  queue.waiter?.answer()
}

/**
 * The getUpdates method with its long poll; `gone` fires when the bot hangs up.
 * core.telegram.org/bots/api#getupdates
 *
 * @throws Refusal 409 (the promise rejects) when another getUpdates arrives meanwhile
 */
export async function getUpdates(
  world: World,
  params: Params,
  gone: AbortSignal,
): Promise<readonly unknown[]> {
  const { queue } = world
  queue.waiter?.refuse(conflict())
  if (isGiven(params, 'allowed_updates'))
    queue.allowed = list(params, 'allowed_updates').map(String)
  confirm(world, integer(params, 'offset') ?? 0)
  const limit = clamp(integer(params, 'limit') ?? 100, 1, 100)
  const seconds = clamp(integer(params, 'timeout') ?? 0, 0, 50)
  const waits = queue.pending.length === 0 && seconds > 0 && !gone.aborted
  if (waits) await nextUpdate(world, seconds, gone)
  const given = queue.pending.slice(0, limit)
  const kept = given.filter(({ once }) => once !== true)
  queue.pending.splice(0, given.length, ...kept)
  return given.map(({ body }) => body)
}

/** Forgets all updates below `offset`; a negative one keeps the last so many. */
function confirm(world: World, offset: number): void {
  const { pending, nextId } = world.queue
  const tooOld = world.clock.now() - dayMs
  // An offset far ahead is from another life of the queue; Telegram starts from what it has.
  const floor = offset > nextId + 10 ? 0 : offset
  const last = offset < 0 ? pending.slice(offset) : pending
  const open = last.filter((update) => update.id >= floor && update.at > tooOld)
  pending.splice(0, pending.length, ...open)
}

function nextUpdate(world: World, seconds: number, gone: AbortSignal): Promise<void> {
  const { queue, clock } = world
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      timer.cancel()
      gone.removeEventListener('abort', waiter.answer)
      if (queue.waiter === waiter) queue.waiter = undefined
      settle()
    }
    const waiter: Waiter = {
      answer: () => finish(resolve),
      refuse: (reason) => finish(() => reject(reason)),
    }
    const timer = clock.after(seconds * 1000, waiter.answer)
    gone.addEventListener('abort', waiter.answer)
    queue.waiter = waiter
    announce(world, { kind: 'polling' })
  })
}

/** core.telegram.org/bots/api#deletewebhook; there never is a webhook, but waiting updates may go. */
export function deleteWebhook(world: World, params: Params): true {
  if (flag(params, 'drop_pending_updates')) world.queue.pending.length = 0
  return true
}

/** core.telegram.org/bots/api#getwebhookinfo */
export function getWebhookInfo(world: World): unknown {
  const { pending, allowed } = world.queue
  return {
    url: '',
    has_custom_certificate: false,
    pending_update_count: pending.length,
    ...(allowed.length > 0 && { allowed_updates: allowed }),
  }
}

function conflict(): Refusal {
  const reason =
    'terminated by other getUpdates request; make sure that only one bot instance is running'
  return new Refusal(409, `Conflict: ${reason}`)
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
