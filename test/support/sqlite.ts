import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

const library = createRequire(import.meta.url).resolve('better-sqlite3')

/** `first` runs once, `then` again and again; a word on stdout each time that something was done. */
const program = `
const Database = require(process.argv[1])
const db = new Database(process.argv[2], { timeout: 10000 })
db.exec(process.argv[3])
process.stdout.write('ready')
const again = process.argv[4] && db.prepare(process.argv[4])
if (again) setInterval(() => again.run(), 1)
else process.stdin.resume()
`

/** A process of its own that holds a database open, and writes to it all the time if it has what to. */
export async function holder(path: string, first: string, then = ''): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['-e', program, library, path, first, then], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(end)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return end
}

/** A database of a table `t` with rows of about 100 bytes. */
export function makeDatabase(path: string, rows: number, journal: 'wal' | 'delete' = 'wal'): void {
  const db = new Database(path)
  db.pragma(`journal_mode = ${journal}`)
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, pad TEXT); CREATE INDEX i ON t (pad)')
  db.prepare(
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?)
     INSERT INTO t (pad) SELECT hex(randomblob(40)) FROM c`,
  ).run(rows)
  db.close()
}
