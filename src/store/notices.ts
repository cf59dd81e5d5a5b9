import type { Chat } from '../contract/message.ts'
import type { Db } from './open.ts'

/**
 * incident · brief · summary · first-run · blind · note: messages that are kept up to date by
 * edits. job · task: one for each long action that somebody ordered, or that nobody did. reply: a
 * short one under another. test: an alert that only tries the way. offer: of commits that could be
 * deployed.
 */
export type NoticeKind =
  | 'incident'
  | 'brief'
  | 'summary'
  | 'first-run'
  | 'blind'
  | 'note'
  | 'job'
  | 'task'
  | 'reply'
  | 'test'
  | 'offer'

/** A message in the chat, or one that will be. */
export interface Notice {
  readonly id: number
  readonly kind: NoticeKind
  readonly chat: Chat
  readonly sound: boolean
  /** When it was written, not when it was delivered. */
  readonly at: number
  /** Telegram's message id, once delivered. */
  readonly message: number | null
  /** When it was first delivered. */
  readonly sentAt: number | null
  /** The notice that it answers. */
  readonly replyTo: number | null
  readonly state: 'waiting' | 'sent' | 'dropped' | 'dead'
  /** The message as last written, whether or not that has arrived. */
  readonly body: string
  readonly detail: Readonly<Record<string, unknown>>
}

interface Row {
  id: number
  kind: NoticeKind
  chat: number
  topic: number | null
  sound: number
  at: number
  message: number | null
  sent_at: number | null
  reply_to: number | null
  state: Notice['state']
  body: string
  detail: string
}

const fromRow = (row: Row): Notice => ({
  id: row.id,
  kind: row.kind,
  chat: row.topic === null ? { id: row.chat } : { id: row.chat, topic: row.topic },
  sound: row.sound === 1,
  at: row.at,
  message: row.message,
  sentAt: row.sent_at,
  replyTo: row.reply_to,
  state: row.state,
  body: row.body,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
})

export type Notices = ReturnType<typeof noticeStore>

/** The bot's own messages, and where each of them stands. */
export function noticeStore(db: Db) {
  const insert = db.prepare(
    `INSERT INTO notices (kind, chat, topic, sound, at, reply_to, state, body, detail)
     VALUES (@kind, @chat, @topic, @sound, @at, @replyTo, 'waiting', @body, @detail)`,
  )
  const one = db.prepare<[number], Row>('SELECT * FROM notices WHERE id = ?')
  const latest = db.prepare<[string], Row>(
    `SELECT * FROM notices WHERE kind = ? AND state IN ('waiting', 'sent') ORDER BY id DESC LIMIT 1`,
  )
  const latestReply = db.prepare<[number], Row>(
    'SELECT * FROM notices WHERE reply_to = ? ORDER BY id DESC LIMIT 1',
  )
  const setBody = db.prepare('UPDATE notices SET body = ? WHERE id = ?')
  const setDetail = db.prepare('UPDATE notices SET detail = ? WHERE id = ?')
  const setSound = db.prepare('UPDATE notices SET sound = ? WHERE id = ?')
  const setState = db.prepare('UPDATE notices SET state = ? WHERE id = ?')
  const setMessage = db.prepare(
    `UPDATE notices SET message = ?, sent_at = coalesce(sent_at, ?), state = 'sent' WHERE id = ?`,
  )
  const move = db.prepare('UPDATE notices SET chat = ?, topic = NULL WHERE chat = ?')
  const reroute = db.prepare('UPDATE notices SET chat = ?, topic = NULL WHERE id = ?')
  return {
    add(draft: Omit<Notice, 'id' | 'state' | 'message' | 'sentAt'>): number {
      const { chat, sound, detail, ...rest } = draft
      const { lastInsertRowid } = insert.run({
        ...rest,
        chat: chat.id,
        topic: chat.topic ?? null,
        sound: Number(sound),
        detail: JSON.stringify(detail),
      })
      return Number(lastInsertRowid)
    },
    get: (id: number): Notice | undefined => {
      const row = one.get(id)
      return row && fromRow(row)
    },
    /** The newest of a kind that was not dropped. */
    latest: (kind: NoticeKind): Notice | undefined => {
      const row = latest.get(kind)
      return row && fromRow(row)
    },
    /** The newest short message under another. */
    latestReply: (to: number): Notice | undefined => {
      const row = latestReply.get(to)
      return row && fromRow(row)
    },
    setBody: (id: number, body: string): void => void setBody.run(body, id),
    setSound: (id: number, sound: boolean): void => void setSound.run(Number(sound), id),
    describe: (id: number, detail: Notice['detail']): void =>
      void setDetail.run(JSON.stringify(detail), id),
    close: (id: number, as: 'dropped' | 'dead'): void => void setState.run(as, id),
    delivered: (id: number, message: number, at: number): void =>
      void setMessage.run(message, at, id),
    /** A group became a supergroup: everything in it moved. */
    moveChat: (from: number, to: number): void => void move.run(to, from),
    reroute: (id: number, chat: number): void => void reroute.run(chat, id),
  }
}
