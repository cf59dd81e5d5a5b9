import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { onTestFinished } from 'vitest'

const sqlite = createRequire(import.meta.url).resolve('better-sqlite3')

const program = `
const Database = require(process.argv[1])
const db = new Database(process.argv[2], { timeout: 10000 })
db.pragma('journal_mode = WAL')
db.exec('CREATE TABLE IF NOT EXISTS writes (id INTEGER PRIMARY KEY, at INTEGER, pad TEXT)')
const write = db.prepare('INSERT INTO writes (at, pad) VALUES (?, ?)')
setInterval(() => write.run(Date.now(), 'a secret of theirs '.repeat(8)), Number(process.argv[3]))
process.stdout.write('ready')
`

/** A program of its own that writes a row into `writes` every few milliseconds, until it is ended. */
export async function writer(database: string, every: number): Promise<{ end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', program, sqlite, database, String(every)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(end)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return { end }
}
