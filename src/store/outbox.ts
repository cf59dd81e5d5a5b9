import type { Message } from '../contract/message.ts'
import type { Notice, Notices } from './notices.ts'
import type { Db } from './open.ts'

/** One delivery that is due: a notice to be sent, or to be edited. */
export interface Due {
  readonly id: number
  readonly notice: Notice
  readonly op: 'send' | 'edit'
  readonly message: Message
  readonly sound: boolean
  readonly at: number
  readonly tries: number
  /** Telegram's id of the message that the notice answers. */
  readonly replyTo: number | null
}

interface Row {
  id: number
  notice: number
  op: 'send' | 'edit'
  payload: string
  sound: number
  at: number
  tries: number
}

/** A message as it is first written. */
export type Draft = Pick<Notice, 'kind' | 'chat' | 'sound' | 'at'> & {
  readonly message: Message
  /** Overtakes what waits; default: what has a sound does. */
  readonly urgent?: boolean
  /** Not delivered before this time: what is about to be added to it is worth the wait. */
  readonly notBefore?: number
  readonly replyTo?: number
  readonly detail?: Notice['detail']
}

/** An edit waits until its message exists. Critical ones overtake, the rest keep their order. */
const ready = `FROM outbox o JOIN notices n ON n.id = o.notice
  WHERE o.state = 'waiting' AND (o.op = 'send' OR n.message IS NOT NULL)
  AND n.chat NOT IN (SELECT value FROM json_each(?))`
const nextRow = `SELECT o.* ${ready} AND o.not_before <= ? ORDER BY o.priority, o.id LIMIT 1`

/** What waits to be delivered, committed together with the change it tells of. */
export function outboxStore(db: Db, notices: Notices) {
  const queue = queueOf(db)
  const waiting = db.prepare<[number], Row>(
    `SELECT * FROM outbox WHERE notice = ? AND state = 'waiting' ORDER BY id DESC LIMIT 1`,
  )
  const rewrite = db.prepare('UPDATE outbox SET payload = ? WHERE id = ?')
  const loud = db.prepare('UPDATE outbox SET sound = 1, priority = 0, not_before = 0 WHERE id = ?')
  const silent = db.prepare('UPDATE outbox SET sound = 0, priority = 1 WHERE id = ?')
  const clear = db.prepare('DELETE FROM outbox WHERE notice = ?')
  const insert = db.prepare(
    `INSERT INTO outbox (notice, op, payload, sound, priority, at, not_before, tries, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'waiting')`,
  )
  let written = 0
  const end = (notice: number, as: 'dropped' | 'dead'): void => {
    clear.run(notice)
    notices.close(notice, as)
  }
  return {
    ...queue,
    /** Writes a new message. @returns the notice's id */
    post({ message, notBefore = 0, replyTo, detail = {}, urgent, ...draft }: Draft): number {
      const body = JSON.stringify(message)
      const id = notices.add({ ...draft, body, replyTo: replyTo ?? null, detail })
      const sound = Number(draft.sound)
      written++
      insert.run(id, 'send', body, sound, (urgent ?? draft.sound) ? 0 : 1, draft.at, notBefore)
      return id
    },
    /**
     * Takes over a message that was sent without the outbox, and edits it; `messageId` is Telegram's.
     *
     * @returns the notice's id
     */
    replace(
      messageId: number,
      draft: Pick<Notice, 'kind' | 'chat' | 'at'>,
      message: Message,
    ): number {
      const body = JSON.stringify(message)
      const id = notices.add({ ...draft, sound: false, body, replyTo: null, detail: {} })
      notices.delivered(id, messageId, draft.at)
      written++
      insert.run(id, 'edit', body, 0, 1, draft.at, 0)
      return id
    },
    /**
     * Says a notice anew: in place while it waits, else by one edit that newer ones replace.
     *
     * @param sound of a notice that was not sent yet; absent: as before
     */
    revise(id: number, message: Message, at: number, sound?: boolean): void {
      const body = JSON.stringify(message)
      const notice = notices.get(id)
      if (!notice || notice.state === 'dropped' || notice.state === 'dead') return
      written++
      const row = waiting.get(id)
      if (row && sound !== undefined) {
        const statement = sound ? loud : silent
        statement.run(row.id)
        notices.setSound(id, sound)
      }
      if (notice.body === body) return
      notices.setBody(id, body)
      if (row) rewrite.run(body, row.id)
      else insert.run(id, 'edit', body, 0, 1, at, 0)
    },
    /** How often something was written into it since the start: when it grows, something may be due. */
    written: (): number => written,
    /** Whether nothing of it has left yet. */
    unsent: (id: number): boolean => waiting.get(id)?.op === 'send',
    drop: (id: number): void => end(id, 'dropped'),
    /** Claims the next delivery that is due, in another chat than those that take nothing yet. */
    claim(now: number, except: readonly number[] = []): Due | undefined {
      const row = queue.take(now, except)
      const notice = row && notices.get(row.notice)
      if (!row || !notice) return undefined
      const answered = notice.replyTo === null ? undefined : notices.get(notice.replyTo)
      return {
        id: row.id,
        notice,
        op: row.op,
        message: JSON.parse(row.payload) as Message,
        sound: row.sound === 1,
        at: row.at,
        tries: row.tries,
        replyTo: answered?.message ?? null,
      }
    },
    /** Puts one off. What was said anew meanwhile takes its place: old words never come after new ones. */
    later(due: Due, notBefore: number): void {
      queue.later(due, notBefore)
      const newest = waiting.get(due.notice.id)
      if (!newest || newest.id === due.id) return
      rewrite.run(newest.payload, due.id)
      queue.remove(newest)
    },
    sent(due: Due, message: number, at: number): void {
      queue.remove(due)
      notices.delivered(due.notice.id, message, at)
    },
    /** It can never be delivered. */
    dead: (due: Due): void => (due.op === 'edit' ? queue.remove(due) : end(due.notice.id, 'dead')),
  }
}

/** The rows as a queue. */
function queueOf(db: Db) {
  const next = db.prepare<[string, number], Row>(nextRow)
  const claim = db.prepare(
    `UPDATE outbox SET state = 'sending', tries = tries + 1 WHERE id = ? AND state = 'waiting'`,
  )
  const unclaim = db.prepare(`UPDATE outbox SET state = 'waiting' WHERE state = 'sending'`)
  const later = db.prepare(`UPDATE outbox SET state = 'waiting', not_before = ? WHERE id = ?`)
  const remove = db.prepare('DELETE FROM outbox WHERE id = ?')
  const soonest = db.prepare<[string], { at: number | null }>(
    `SELECT min(o.not_before) AS at ${ready}`,
  )
  const depth = db.prepare<[], { waiting: number; oldest: number | null }>(
    'SELECT count(*) AS waiting, min(at) AS oldest FROM outbox',
  )
  return {
    take(now: number, except: readonly number[]): Row | undefined {
      const row = next.get(JSON.stringify(except), now)
      return row && claim.run(row.id).changes === 1 ? row : undefined
    },
    /** After a crash nobody knows whether a claimed one arrived: it is sent again. */
    unclaim: (): void => void unclaim.run(),
    later: (due: Due, notBefore: number): void => void later.run(notBefore, due.id),
    remove: (due: Pick<Due, 'id'>): void => void remove.run(due.id),
    /** Earliest time at which something may become due; null when nothing waits. */
    soonest: (except: readonly number[] = []): number | null =>
      soonest.get(JSON.stringify(except))?.at ?? null,
    depth: () => depth.get() ?? { waiting: 0, oldest: null },
  }
}
