import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { until } from '../../e2e/support/wait.ts'

const program = fileURLToPath(new URL('ledger-writer.ts', import.meta.url))

/** A database that another process writes to all the time, in transactions of two rows each. */
export interface Ledger {
  /** Rows that are committed for sure by now. */
  committed(): number
  /** As when its machine dies. */
  kill(): Promise<void>
}

export async function startLedger(path: string): Promise<Ledger> {
  let committed = 0
  const child: ChildProcess = spawn(process.execPath, [program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    committed = Number(text.trim().split('\n').at(-1) ?? committed)
  })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  await until(
    () => committed > 100 || undefined,
    20_000,
    () => committed,
  )
  return { committed: () => committed, kill }
}

/** What a ledger holds: how many rows, and whether they are those that were written, without a gap. */
export function readLedger(path: string): { readonly rows: number; readonly whole: boolean } {
  const db = new Database(path, { readonly: true })
  try {
    const sql = `SELECT count(*) AS rows, coalesce(max(id), 0) AS last, coalesce(sum(amount), 0) AS sum,
      sum(note <> 'row ' || id) AS wrong FROM ledger`
    const { rows, last, sum, wrong } = db.prepare(sql).get() as Record<string, number>
    const check = db.pragma('integrity_check', { simple: true })
    // Both rows of a transaction, or none: what one takes the other gives.
    return { rows: rows ?? 0, whole: check === 'ok' && rows === last && sum === 0 && wrong === 0 }
  } finally {
    db.close()
  }
}
