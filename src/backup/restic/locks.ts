import type { Driver } from './driver.ts'
import { garbled } from './driver.ts'
import { resticError, ResticError } from './error.ts'
import { lockSchema, valueIn } from './output.ts'
import type { RepositoryLock } from './types.ts'

/** Each is read by a restic of its own; more than a few mean that something is very wrong anyway. */
const most = 20
/** How often the list is read anew because one of it was gone: its holder may have renewed it. */
const mostTries = 10
const doing = 'Reading the locks'

async function lockIds({ invoke }: Driver): Promise<readonly string[]> {
  const { out } = await invoke({ doing, args: ['list', 'locks', '--no-lock'], keep: 2 ** 20 })
  return out.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line))
}

/** restic looks for a lock that is gone again and again for most of a minute, and says so each time. */
const looksAgain = /returned error, retrying/

/** Null for one that is gone: its holder has renewed it under another id, or is done. */
async function readLock(driver: Driver, id: string): Promise<RepositoryLock | null> {
  const isGone = async (): Promise<boolean> => !(await lockIds(driver)).includes(id)
  const gone = new AbortController()
  let looked: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => {
    if (!gone.signal.aborted && (await isGone())) gone.abort()
  }
  const onOutput = (text: string): void => {
    // Where the list cannot be read either, restic's own end says why.
    if (looksAgain.test(text)) looked = looked.then(look).catch(() => undefined)
  }
  try {
    const args = ['cat', 'lock', id, '--no-lock']
    const { out } = await driver.invoke({ doing, args, onOutput, enough: gone.signal })
    await looked
    if (gone.signal.aborted) return null
    const lock = valueIn(out, lockSchema)
    if (lock === null) throw garbled(driver, doing)
    return { id, ...lock }
  } catch (error) {
    await looked
    if (error instanceof ResticError && (gone.signal.aborted || (await isGone()))) return null
    throw error
  }
}

/** The locks that there are at one moment, whatever comes and goes meanwhile. */
export async function locks(driver: Driver): Promise<readonly RepositoryLock[]> {
  const known = new Map<string, RepositoryLock>()
  for (let tries = 0; tries < mostTries; tries += 1) {
    const ids = (await lockIds(driver)).slice(0, most)
    for (const id of ids) {
      const lock = known.get(id) ?? (await readLock(driver, id))
      if (lock !== null) known.set(id, lock)
    }
    const found = ids.flatMap((id) => known.get(id) ?? [])
    if (found.length === ids.length) return found
  }
  throw resticError('locked', driver.repository, {
    doing,
    host: driver.tool.host.name,
    words: 'its locks come and go, somebody works on it',
  })
}
