import { parseArgs } from 'node:util'
import { ConfigError } from '../configuration.ts'
import { messageOf, OperatorError } from '../contract/error.ts'
import { systemClock } from '../host/clock.ts'
import { runDemo } from './demo.ts'
import { patience } from './settle.ts'
import type { Tour } from './tour/play.ts'
import { steps } from './tour/steps.ts'

/** The demo's front door. */

/** The bot and PM2 have time limits of their own; together they are shorter. Milliseconds. */
const stopWithin = 45_000

const usage = `npm run demo                     the bot, and you in its chat
npm run demo -- --tour           the whole story in a minute, without you; exit 1 if a part of it fails
npm run demo -- --tour --fast    the same, with no pauses to read in`

/** The tour that was asked for; undefined: none. Ends the program where it cannot tell. */
function tourAsked(): Tour | undefined {
  const options = { tour: { type: 'boolean' }, fast: { type: 'boolean' } } as const
  try {
    const { tour, fast } = parseArgs({ options }).values
    if (tour) return { steps, orders: false, paced: !fast, patience }
    if (!fast) return undefined
    console.error('demo: --fast goes with --tour')
  } catch (error) {
    console.error(`demo: ${messageOf(error)}`)
  }
  console.error(usage)
  return process.exit(2)
}

const tour = tourAsked()
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

const complete = await runDemo({
  clock: systemClock,
  env: process.env,
  input: process.stdin,
  output: process.stdout,
  stop: stop.signal,
  interrupted: end,
  ...(tour && { tour }),
}).catch(explain)
if (complete === false) process.exitCode = 1
// What is still typed has nobody left to read it, and must not keep the process.
process.stdin.destroy()
