import type { Action, Prepared } from '../contract/house.ts'
import type { Chat } from '../contract/message.ts'
import type { AuditLine, SilenceView } from '../contract/view.ts'
import { type Db, unhurried } from './open.ts'

const hour = 3_600_000

interface SilenceRow {
  check_name: string
  until: number
  actor: string
  at: number
}

const toSilence = (row: SilenceRow): SilenceView => ({
  check: row.check_name,
  until: row.until,
  by: row.actor,
  at: row.at,
})

/** What is not told for a while, by check or service name, or `all`. */
export function silenceStore(db: Db) {
  const put = db.prepare(
    `INSERT INTO silences VALUES (@check, @until, @by, @at) ON CONFLICT (check_name)
     DO UPDATE SET until = excluded.until, actor = excluded.actor, at = excluded.at`,
  )
  const remove = db.prepare<[string]>('DELETE FROM silences WHERE check_name = ?')
  const current = db.prepare<[number], SilenceRow>(
    'SELECT * FROM silences WHERE until > ? ORDER BY until',
  )
  const forget = db.prepare<[number]>('DELETE FROM silences WHERE until <= ?')
  return {
    put: (silence: SilenceView): void => void put.run({ ...silence }),
    remove: (check: string): boolean => remove.run(check).changes > 0,
    current: (now: number): readonly SilenceView[] => current.all(now).map(toSilence),
    forgetEndedBefore: (at: number): void => void forget.run(at),
  }
}

/** Who did what. Repeats in a row are counted in one line, a stranger's knocking in one an hour. */
export function auditStore(db: Db) {
  const insert = db.prepare<[number, string, string, string]>(
    'INSERT INTO audit (at, who, what, result) VALUES (?, ?, ?, ?)',
  )
  const repeat = db.prepare<[number, string, string, string]>(
    `UPDATE audit SET count = count + 1, at = ? WHERE id = (SELECT max(id) FROM audit)
     AND who = ? AND what = ? AND result = ?`,
  )
  const knockAgain = db.prepare<[string, string, number]>(
    `UPDATE audit SET count = count + 1, what = ?
     WHERE id = (SELECT max(id) FROM audit WHERE who = ? AND at > ?)`,
  )
  const recent = db.prepare<[number], AuditLine & { count: number }>(
    'SELECT at, who, what, result, count FROM audit ORDER BY id DESC LIMIT ?',
  )
  return {
    add: ({ at, who, what, result }: AuditLine): void =>
      unhurried(db, () => {
        if (repeat.run(at, who, what, result).changes === 0) insert.run(at, who, what, result)
      }),
    /** Of the knocks of an hour the time of the first stays, and the text of the last. True for the first. */
    knock({ at, who, what, result }: AuditLine): boolean {
      if (knockAgain.run(what, who, at - hour).changes > 0) return false
      insert.run(at, who, what, result)
      return true
    },
    recent: (limit: number): readonly AuditLine[] =>
      recent.all(limit).map(({ count, ...row }) => ({
        ...row,
        what: count > 1 ? `${row.what} (${count}×)` : row.what,
      })),
  }
}

/** A question with buttons that waits for its asker. */
export interface Confirmation {
  readonly token: string
  readonly userId: number
  readonly chat: Chat
  readonly messageId: number | null
  readonly action: Action
  readonly prepared: Prepared
  readonly at: number
  readonly state: 'waiting' | 'typing' | 'claimed' | 'done' | 'cancelled' | 'expired'
}

interface ConfirmationRow {
  token: string
  user: number
  chat: number
  topic: number | null
  message: number | null
  at: number
  state: Confirmation['state']
  detail: string
}

const toConfirmation = (row: ConfirmationRow): Confirmation => ({
  token: row.token,
  userId: row.user,
  chat: row.topic === null ? { id: row.chat } : { id: row.chat, topic: row.topic },
  messageId: row.message,
  at: row.at,
  state: row.state,
  ...(JSON.parse(row.detail) as { action: Action; prepared: Prepared }),
})

/** Questions and what became of them. Each state is left once: a compare-and-swap decides the race. */
export function confirmationStore(db: Db) {
  const insert = db.prepare(
    `INSERT INTO confirmations VALUES (@token, @user, @chat, @topic, NULL, @at, 'waiting', @detail)`,
  )
  const one = db.prepare<[string], ConfirmationRow>('SELECT * FROM confirmations WHERE token = ?')
  const setMessage = db.prepare<[number, string]>(
    'UPDATE confirmations SET message = ? WHERE token = ?',
  )
  const swap = db.prepare<[string, number | null, string, string]>(
    'UPDATE confirmations SET state = ?, at = coalesce(?, at) WHERE token = ? AND state = ?',
  )
  const inState = db.prepare<[string, number], ConfirmationRow>(
    'SELECT * FROM confirmations WHERE state = ? AND at <= ? ORDER BY at LIMIT 100',
  )
  const forget = db.prepare<[number]>(
    `DELETE FROM confirmations WHERE at < ? AND state <> 'claimed'`,
  )
  return {
    create: (draft: Omit<Confirmation, 'state' | 'messageId'>): void =>
      void insert.run({
        token: draft.token,
        user: draft.userId,
        chat: draft.chat.id,
        topic: draft.chat.topic ?? null,
        at: draft.at,
        detail: JSON.stringify({ action: draft.action, prepared: draft.prepared }),
      }),
    get: (token: string): Confirmation | undefined => {
      const row = one.get(token)
      return row && toConfirmation(row)
    },
    setMessage: (token: string, message: number): void => void setMessage.run(message, token),
    /** True for exactly one caller. With `at`, its age is counted from then on. */
    move: (
      token: string,
      from: Confirmation['state'],
      to: Confirmation['state'],
      at?: number,
    ): boolean => swap.run(to, at ?? null, token, from).changes === 1,
    /** Those in a state that were asked at or before a time. */
    askedBefore: (state: Confirmation['state'], at: number): readonly Confirmation[] =>
      inState.all(state, at).map(toConfirmation),
    forgetBefore: (at: number): void => void forget.run(at),
  }
}

/** grammY's conversations, and the updates that were already handled. */
export function chatStore(db: Db) {
  const read = db.prepare<[string], { value: string }>(
    'SELECT value FROM conversations WHERE key = ?',
  )
  const write = db.prepare<[string, string]>(
    `INSERT INTO conversations VALUES (?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  )
  const remove = db.prepare<[string]>('DELETE FROM conversations WHERE key = ?')
  const seen = db.prepare<[number]>('SELECT 1 FROM updates WHERE id = ?')
  const mark = db.prepare<[number, number]>('INSERT OR IGNORE INTO updates VALUES (?, ?)')
  const forget = db.prepare<[number]>('DELETE FROM updates WHERE at < ?')
  return {
    conversations: {
      read: (key: string): string | undefined => read.get(key)?.value,
      write: (key: string, value: string): void => void write.run(key, value),
      delete: (key: string): void => void remove.run(key),
    },
    wasSeen: (update: number): boolean => seen.get(update) !== undefined,
    markSeen: (update: number, at: number): void => void unhurried(db, () => mark.run(update, at)),
    forgetUpdatesBefore: (at: number): void => void forget.run(at),
  }
}
