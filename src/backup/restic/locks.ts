import type { Driver } from './driver.ts'
import { garbled } from './driver.ts'
import { resticError, ResticError } from './error.ts'
import { lockSchema, valueIn } from './output.ts'
import type { RepositoryLock } from './types.ts'

/** Each is read by a restic of its own; more than a few mean that something is very wrong anyway. */
const most = 20
const doing = 'Reading the locks'

async function lockIds({ invoke }: Driver): Promise<readonly string[]> {
  const { out } = await invoke({ doing, args: ['list', 'locks', '--no-lock'], keep: 2 ** 20 })
  return out.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line))
}

/** Null for one that is gone: its holder has renewed it under another id, or is done. */
async function readLock(driver: Driver, id: string): Promise<RepositoryLock | null> {
  try {
    const { out } = await driver.invoke({ doing, args: ['cat', 'lock', id, '--no-lock'] })
    const lock = valueIn(out, lockSchema)
    if (lock === null) throw garbled(driver, doing)
    return { id, ...lock }
  } catch (error) {
    if (error instanceof ResticError && !(await lockIds(driver)).includes(id)) return null
    throw error
  }
}

/** Null where one of them was gone before it was read. */
async function readAll(driver: Driver): Promise<readonly RepositoryLock[] | null> {
  const found: RepositoryLock[] = []
  for (const id of (await lockIds(driver)).slice(0, most)) {
    const lock = await readLock(driver, id)
    if (lock === null) return null
    found.push(lock)
  }
  return found
}

export async function locks(driver: Driver): Promise<readonly RepositoryLock[]> {
  for (let tries = 0; tries < 3; tries += 1) {
    const found = await readAll(driver)
    if (found !== null) return found
  }
  throw resticError('locked', driver.repository, {
    doing,
    host: driver.tool.host.name,
    words: 'its locks come and go, somebody works on it',
  })
}
