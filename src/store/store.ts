import { attemptStore } from './attempts.ts'
import { eventStore } from './events.ts'
import { incidentStore } from './incidents.ts'
import { jobStore } from './jobs.ts'
import { noticeStore } from './notices.ts'
import { damaged, type Db, lockHome, openDatabase } from './open.ts'
import { outboxStore } from './outbox.ts'
import { backupStore } from './backups.ts'
import { auditStore, chatStore, confirmationStore, silenceStore } from './people.ts'
import { pruner } from './prune.ts'
import { pushStore } from './pushes.ts'
import { releaseStore } from './releases.ts'
import { backSetter } from './set-back.ts'
import { sampleStore } from './samples.ts'
import { metaStore, subjectStore } from './state.ts'

/** SQLite's own default: https://sqlite.org/pragma.html#pragma_wal_autocheckpoint. */
const usualCheckpoint = 1000

export type Store = ReturnType<typeof openStore>

/**
 * Opens the state directory for this process alone.
 *
 * @param home created with mode 0700 where it does not exist
 * @param room bytes that the database may use before samples make room
 * @throws OperatorError when another bot holds it, or the database is damaged
 */
export function openStore(home: string, room?: number) {
  const lock = lockHome(home)
  let opened: Db | undefined
  try {
    const db = openDatabase(home)
    opened = db
    const notices = noticeStore(db)
    const meta = metaStore(db)
    // Made once, because the making of it takes longer than a small transaction.
    const together = db.transaction((run: () => unknown) => run())
    return {
      notices,
      meta,
      samples: sampleStore(db, meta, room),
      subjects: subjectStore(db),
      events: eventStore(db),
      incidents: incidentStore(db),
      attempts: attemptStore(db),
      jobs: jobStore(db),
      releases: releaseStore(db),
      backups: backupStore(db),
      outbox: outboxStore(db, notices),
      silences: silenceStore(db),
      audit: auditStore(db),
      confirmations: confirmationStore(db),
      chat: chatStore(db),
      pushes: pushStore(db),
      prune: pruner(db),
      setBack: backSetter(db),
      /** All of it is committed, or none; nesting joins the outer one. */
      atomically: <T>(run: () => T): T => together(run) as T,
      /** Throws when the database cannot be read any more. */
      ping: (): void => void db.prepare('SELECT count(*) FROM meta').get(),
      /** Pages of the log after which SQLite moves them into the database; null: as it always does. */
      checkpointAfter(pages: number | null): void {
        if (db.open) db.pragma(`wal_autocheckpoint = ${pages ?? usualCheckpoint}`)
      },
      close: (): void => {
        db.close()
        lock.release()
      },
    }
  } catch (error) {
    opened?.close()
    lock.release()
    throw damaged(home, error)
  }
}
