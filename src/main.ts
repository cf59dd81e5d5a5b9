import { flushCompileCache } from 'node:module'
import { boot, type Running } from './boot.ts'
import { loadEnv } from './cli/env.ts'
import { ConfigError } from './configuration.ts'
import { messageOf, OperatorError } from './contract/error.ts'
import { systemClock } from './host/clock.ts'
import { startSentinel } from './host/sentinel.ts'
import { bootWhenPossible } from './waiting.ts'

/** The daemon's front door. */

/** A bot that cannot be told to stop is ended by PM2's kill_timeout; this is earlier. */
const stopWithin = 25_000

const refuse = (lines: readonly string[], code: number): never => {
  for (const line of lines) process.stderr.write(`${line}\n`)
  process.exit(code)
}

const explain = (error: unknown): never => {
  if (error instanceof ConfigError) return refuse(error.issues, 2)
  if (error instanceof OperatorError)
    return refuse(
      [`mechanic: ${error.message}`, ...(error.advice ? [`  → ${error.advice}`] : [])],
      2,
    )
  return refuse([`mechanic: ${messageOf(error)}`], 1)
}

const problem = loadEnv('.env')
if (problem !== undefined) refuse([problem], 2)

const underPm2 = process.env['pm_id'] !== undefined
/** systemd names each run of a unit so (systemd.exec(5)). */
const underSystemd = process.env['INVOCATION_ID'] !== undefined

const start = (): Promise<Running> => {
  const outside = {
    clock: systemClock,
    // PM2 would keep a second copy of the log, one that never rotates.
    echo: !underPm2,
    hopeless: () => stop('stuck', 1),
  }
  const waits = (why: string): void =>
    void process.stderr.write(`mechanic: ${why}; tried again every 30 s\n`)
  // With nobody at a terminal, a restart every few seconds would say nothing to anybody.
  return underPm2 || underSystemd
    ? bootWhenPossible(process.env, { ...outside, waits })
    : boot(process.env, outside)
}

const bot = await start().catch(explain)
const { log, busy } = bot
const sentinel = startSentinel({ clock: systemClock, log, busy })

// Written now, because a daemon that is killed never gets to its end.
flushCompileCache()

let stopping = false
function stop(signal: string, code = 0): void {
  if (stopping) return
  stopping = true
  sentinel.stop()
  log.info({ signal }, 'stopping')
  setTimeout(() => process.exit(1), stopWithin).unref()
  bot.stop().then(
    () => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`mechanic: could not stop cleanly: ${messageOf(error)}\n`)
      process.exit(1)
    },
  )
}
// A listener also gets the signal's number, which is no exit code.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal))
process.on('SIGHUP', () => {
  bot.reload().catch((error: unknown) => log.error({ err: error }, 'not reloaded'))
})

// Whatever was not foreseen: written down, then a fresh start by PM2 rather than an unknown state.
process.on('uncaughtException', (error) => {
  if (!stopping) log.error({ err: error }, 'unforeseen')
  stop('uncaughtException', 1)
})
