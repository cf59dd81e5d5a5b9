import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'

/** Writes into a database in WAL mode until it is killed; prints how many rows are committed. */
const db = new Database(process.argv[2] ?? '')
db.pragma('journal_mode = WAL')
db.pragma('synchronous = OFF')
db.exec('CREATE TABLE ledger (id INTEGER PRIMARY KEY, amount INTEGER, note TEXT, filling BLOB)')
const add = db.prepare('INSERT INTO ledger VALUES (?, ?, ?, randomblob(200))')
const both = db.transaction((id: number, amount: number) => {
  for (const [at, one] of [amount, -amount].entries()) add.run(id + at, one, `row ${id + at}`)
})

for (let id = 1; ; id += 2) {
  both(id, id % 1_000)
  writeSync(1, `${id + 1}\n`)
  await setTimeout(2)
}
