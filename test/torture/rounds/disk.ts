import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync, appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Arena } from '../arena.ts'
import { type Kind, nothingSeen } from '../round.ts'
import { anyActs, perform, saysOf } from '../trouble.ts'

/** How long the bot may take to see that it cannot write. */
const noticed = 20_000

/** It does not die of it, and says so over HTTP. */
async function faulty(arena: Arena): Promise<readonly string[]> {
  for (let waited = 0; waited < noticed; waited += 500) {
    const end = arena.bot.ended()
    if (end !== null) return [`a disk that takes nothing ended it: ${end}`]
    const answer = await arena.get('/health', 8_000)
    if (answer?.status === 503) return []
    await sleep(500)
  }
  return ['/health stays 200 while nothing can be written']
}

/** Room that the write-ahead log has already would do for a while: it is taken back. */
function truncateLog(home: string): void {
  const db = new Database(join(home, 'mechanic.db'), { timeout: 5_000 })
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}

function fill(path: string): void {
  truncateLog(path)
  const filler = join(path, 'filler')
  writeFileSync(filler, '')
  for (let chunk = 1 << 20; chunk >= 512; chunk = chunk / 2) {
    const { bavail, bsize } = statfsSync(path)
    const times = Math.ceil((bavail * bsize) / chunk) + 1
    try {
      for (let time = 0; time < times; time++) appendFileSync(filler, Buffer.alloc(chunk))
    } catch {
      // Full for pieces of this size.
    }
  }
}

/** Without a file system of its own: no file of the bot may grow. */
const limitFiles = (pid: number, limit: string): void =>
  void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${limit}`])

/** The disk under the state directory is full for a while. */
export const diskFull: Kind = (dice) => {
  const acts = anyActs(dice, 4_000)
  const hold = 1_000 + dice.below(6_000)
  return {
    says: `disk full until ${hold} ms after it is noticed (${saysOf(acts)})`,
    async run(arena) {
      const { pid } = arena.start()
      await arena.standin.waitForPoll(30_000)
      if (arena.disk) fill(arena.home)
      else limitFiles(pid, '1:unlimited')
      const [, seen] = await Promise.all([perform(arena, acts), faulty(arena)])
      await sleep(hold)
      if (arena.disk) rmSync(join(arena.home, 'filler'))
      else limitFiles(pid, 'unlimited:unlimited')
      return seen
    },
  }
}

/** The kernel makes the file system read-only; it is repaired, and the bot is started again. */
export const diskReadOnly: Kind = (dice) => {
  const acts = anyActs(dice, 3_000)
  return {
    says: `file system made read-only, then repaired (${saysOf(acts)})`,
    async run(arena) {
      const { disk } = arena
      if (!disk) return nothingSeen
      arena.start()
      await arena.standin.waitForPoll(30_000)
      disk.fail()
      const [, seen] = await Promise.all([perform(arena, acts), faulty(arena)])
      await arena.kill()
      arena.start()
      const refuses = await arena.bot.gone(20_000)
      const started = refuses ? [] : ['it starts on a state directory that it cannot write']
      const explained = /cannot (?:use|open)/.test(arena.bot.output())
      const unclear = explained ? [] : [`it says ${arena.bot.output().slice(-300)}`]
      if (!refuses) await arena.kill()
      disk.repair()
      return [...seen, ...started, ...unclear]
    },
  }
}
