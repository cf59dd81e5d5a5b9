import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import { migrations } from '../../src/store/migrations.ts'
import { type Db, openDatabase, unhurried } from '../../src/store/open.ts'
import { openStore } from '../../src/store/store.ts'
import { tempHome } from '../support/home.ts'
import { at } from './support.ts'

const storeModule = new URL('../../src/store/store.ts', import.meta.url).href

/** Another process that opens the store, says so, and holds it. */
async function holder(home: string) {
  const code = `const { openStore } = await import(${JSON.stringify(storeModule)})
    const store = openStore(${JSON.stringify(home)})
    store.meta.set('held', 1)
    process.stdout.write('open')
    setInterval(() => store.ping(), 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

const errorOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

/** A home with something in it, closed again. */
function filled(): { readonly home: string; readonly file: string } {
  const home = tempHome()
  const store = openStore(home)
  store.atomically(() => {
    for (let i = 0; i < 500; i++)
      store.events.add({ at, kind: 'k', reason: 'r', detail: { text: 'x'.repeat(100) } })
  })
  store.close()
  return { home, file: join(home, 'mechanic.db') }
}

describe('the state directory', () => {
  test('is created for its owner alone, the database too', () => {
    const home = join(tempHome(), 'deep', 'var')
    openStore(home).close()
    expect(statSync(home).mode & 0o777).toBe(0o700)
    expect(statSync(join(home, 'mechanic.db')).mode & 0o777).toBe(0o600)
  })

  test('is refused to a second one while the first lives, and free afterwards', () => {
    const home = tempHome()
    const first = openStore(home)
    const error = errorOf(() => openStore(home))
    expect(error).toBeInstanceOf(OperatorError)
    expect(String(error)).toContain(`${home} is in use by another Mechanic`)
    first.meta.set('still', 1)
    first.close()
    const second = openStore(home)
    expect(second.meta.number('still')).toBe(1)
    second.close()
  })

  test('is refused to another process, and free after kill -9', async () => {
    const home = tempHome()
    const child = await holder(home)
    expect(String(errorOf(() => openStore(home)))).toContain('in use by another Mechanic')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = openStore(home)
    expect(store.meta.number('held')).toBe(1)
    store.close()
  })

  test('that is a file is refused in words', () => {
    const file = join(tempHome(), 'var')
    writeFileSync(file, '')
    const error = errorOf(() => openStore(file))
    expect(error).toBeInstanceOf(OperatorError)
    expect(String(error)).toContain(`cannot use the state directory ${file}`)
  })

  test('with a lock file that is none is refused in words', () => {
    const home = tempHome()
    writeFileSync(join(home, 'mechanic.lock'), 'garbage '.repeat(200))
    expect(String(errorOf(() => openStore(home)))).toContain('cannot use the state directory')
  })
})

describe('a damaged database', () => {
  const refused = (home: string, file: string): void => {
    const before = readFileSync(file)
    const error = errorOf(() => openStore(home))
    expect(error).toBeInstanceOf(OperatorError)
    expect(error).toMatchObject({ advice: expect.stringMatching(/move it aside|run that version/) })
    expect(String(error)).toContain(file)
    expect(readFileSync(file).equals(before)).toBe(true)
    // The lock is not kept by a start that failed.
    expect(errorOf(() => openStore(home))).toMatchObject({ message: (error as Error).message })
  }

  test('garbage', () => {
    const { home, file } = filled()
    writeFileSync(file, 'this is no database '.repeat(300))
    refused(home, file)
  })

  test('cut off in the middle', () => {
    const { home, file } = filled()
    truncateSync(file, Math.floor(statSync(file).size / 2))
    refused(home, file)
  })

  test('a page overwritten', () => {
    const { home, file } = filled()
    const bytes = readFileSync(file)
    bytes.fill(0xab, 4096 * 3, 4096 * 12)
    writeFileSync(file, bytes)
    refused(home, file)
  })

  test('of a newer version', () => {
    const { home, file } = filled()
    const db = new Database(file)
    db.pragma(`user_version = ${migrations.length + 1}`)
    db.close()
    const error = errorOf(() => openStore(home))
    expect(String(error)).toContain('written by a newer version of Mechanic')
    refused(home, file)
  })

  test.each([0, migrations.length])('of another program, version %i', (version) => {
    const home = tempHome()
    const file = join(home, 'mechanic.db')
    const db = new Database(file)
    db.pragma('journal_mode = WAL')
    db.exec(`CREATE TABLE notes (id INTEGER); PRAGMA user_version = ${version}`)
    db.close()
    chmodSync(file, 0o600)
    refused(home, file)
  })

  test('that may not be written is refused in words', () => {
    const home = tempHome()
    mkdirSync(join(home, 'mechanic.db'))
    expect(errorOf(() => openStore(home))).toBeInstanceOf(OperatorError)
  })
})

describe('what was committed', () => {
  test('survives kill -9', async () => {
    const home = tempHome()
    const child = await holder(home)
    child.kill('SIGKILL')
    await once(child, 'exit')
    // As a backup of the files would find it.
    const copy = tempHome()
    for (const name of ['mechanic.db', 'mechanic.db-wal'])
      if (existsSync(join(home, name))) copyFileSync(join(home, name), join(copy, name))
    chmodSync(join(copy, 'mechanic.db'), 0o600)
    const store = openStore(copy)
    expect(store.meta.number('held')).toBe(1)
    store.close()
  })
})

describe('a trace', () => {
  const level = (db: Db): unknown => db.pragma('synchronous', { simple: true })

  test('does not wait for the disk, and what follows does', () => {
    const db = openDatabase(tempHome())
    expect(level(db)).toBe(2)
    expect(unhurried(db, () => level(db))).toBe(1)
    expect(level(db)).toBe(2)
    expect(() =>
      unhurried(db, () => {
        throw new Error('full')
      }),
    ).toThrow('full')
    expect(level(db)).toBe(2)
    db.close()
  })

  test('within a transaction waits as that does', () => {
    const db = openDatabase(tempHome())
    db.transaction(() => expect(unhurried(db, () => level(db))).toBe(2))()
    db.close()
  })
})
