import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

const changes = /^\s*(INSERT|UPDATE|DELETE)/

/**
 * Has every open database refuse statements that change something, as one on a full disk does;
 * reading goes on.
 *
 * @param which of them, by a part of their SQL
 * @param left how many of those it takes before it is full
 * @returns how to have it accept them again
 */
export function refuseWrites(which: RegExp = changes, left = 0): () => void {
  const scratch = new Database(':memory:')
  const statements = Object.getPrototypeOf(scratch.prepare('SELECT 1')) as Database.Statement
  scratch.close()
  const run = statements.run
  const accept = (): void => void (statements.run = run)
  let room = left
  statements.run = function refuse(this: Database.Statement, ...values: unknown[]) {
    if (changes.test(this.source) && which.test(this.source) && room-- <= 0)
      throw new Error('database or disk is full')
    return run.apply(this, values)
  }
  onTestFinished(accept)
  return accept
}
