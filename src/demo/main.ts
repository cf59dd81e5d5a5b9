import { ConfigError } from '../configuration.ts'
import { messageOf, OperatorError } from '../contract/error.ts'
import { systemClock } from '../host/clock.ts'
import { runDemo } from './demo.ts'

/** The demo's front door. */

/** The bot and PM2 have time limits of their own; together they are shorter. Milliseconds. */
const stopWithin = 45_000

const stop = new AbortController()
const end = (): void => {
  if (stop.signal.aborted) return
  stop.abort()
  setTimeout(() => process.exit(1), stopWithin).unref()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
// Whoever read along is gone, as with `| head`: clean up without a word.
process.stdout.on('error', end)

const explain = (error: unknown): void => {
  const words = error instanceof OperatorError || error instanceof ConfigError
  console.error(
    `demo: ${words ? messageOf(error) : String(error instanceof Error ? error.stack : error)}`,
  )
  process.exitCode = 1
  end()
}
process.on('uncaughtException', explain)

await runDemo({
  clock: systemClock,
  env: process.env,
  input: process.stdin,
  output: process.stdout,
  stop: stop.signal,
  interrupted: end,
}).catch(explain)
// What is still typed has nobody left to read it, and must not keep the process.
process.stdin.destroy()
