import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * Loaded into the tortured bot before its own code: lets its wall clock jump, and lets it die right
 * after one of its commits. Both are what a machine does to it; nothing of the bot itself is changed.
 */

const clockFile = process.env['TORTURE_CLOCK']
/** `SQL:COUNT`: dies right after so many commits with a statement that begins so; `:COUNT` after any. */
const dieAt = process.env['TORTURE_DIE_AT_COMMIT']

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
  readonly source: string
}

type Run = (this: Runner, ...args: unknown[]) => Database.RunResult

/** SIGKILL to itself as soon as so many transactions with such a statement have been committed. */
function deadlyCommits(beginning: string, count: number): void {
  const memory = new Database(':memory:')
  const prototype = Object.getPrototypeOf(memory.prepare('SELECT 1')) as { run: Run }
  memory.close()
  const { run } = prototype
  let touched = false
  let commits = 0
  prototype.run = function (...args) {
    const result = run.apply(this, args)
    touched ||= this.source.trimStart().startsWith(beginning)
    if (this.database.inTransaction) return result
    if (touched && ++commits >= count) process.kill(process.pid, 'SIGKILL')
    touched = false
    return result
  }
}

if (clockFile !== undefined) jumpingClock(clockFile)
if (dieAt !== undefined) {
  const [beginning = '', count = ''] = dieAt.split(':')
  deadlyCommits(beginning, Number(count))
}
