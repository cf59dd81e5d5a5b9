import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * Loaded into the tortured bot before its own code: lets its wall clock jump, and lets it die right
 * after one of its commits. Both are what a machine does to it; nothing of the bot itself is changed.
 */

const clockFile = process.env['TORTURE_CLOCK']
const dieAt = Number(process.env['TORTURE_DIE_AT_COMMIT'] ?? Infinity)

/** Reads how many milliseconds the wall clock is off, at the start and at each SIGUSR2. */
function jumpingClock(file: string): void {
  const real = Date.now
  const Real = Date
  let off = Number(readFileSync(file, 'utf8'))
  const now = (): number => real() + off
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new Real(now()).toString(),
  })
  Real.now = now
  process.on('SIGUSR2', () => {
    off = Number(readFileSync(file, 'utf8'))
  })
}

interface Runner {
  readonly database: Database.Database
}

type Run = (this: Runner, ...args: unknown[]) => Database.RunResult

/** SIGKILL to itself as soon as the given number of transactions have been committed. */
function deadlyCommits(count: number): void {
  const memory = new Database(':memory:')
  const prototype = Object.getPrototypeOf(memory.prepare('SELECT 1')) as { run: Run }
  memory.close()
  const { run } = prototype
  let commits = 0
  prototype.run = function (...args) {
    const result = run.apply(this, args)
    if (!this.database.inTransaction && ++commits >= count) process.kill(process.pid, 'SIGKILL')
    return result
  }
}

if (clockFile !== undefined) jumpingClock(clockFile)
if (dieAt < Infinity) deadlyCommits(dieAt)
