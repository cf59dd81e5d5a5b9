import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { backupStore, type Backups } from './backups.ts'
import { migrations } from './migrations.ts'
import { damaged } from './open.ts'

/** What a program beside the bot may read of its state. */
export interface StateReader {
  readonly backups: Pick<Backups, 'known' | 'own' | 'good' | 'lastProof' | 'lastProven'>
  close(): void
}

/**
 * Opens the database of a state directory to read it, also while a bot runs on it. null: there is
 * none, or none of this version.
 *
 * @throws OperatorError when it is there and cannot be read
 */
export function readState(home: string): StateReader | null {
  const file = join(home, 'mechanic.db')
  if (!existsSync(file)) return null
  let db: Database.Database | undefined
  try {
    db = new Database(file, { readonly: true, timeout: 1_000 })
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version !== migrations.length) {
      db.close()
      return null
    }
    const opened = db
    return { backups: backupStore(db), close: () => opened.close() }
  } catch (error) {
    db?.close()
    throw damaged(home, error)
  }
}
