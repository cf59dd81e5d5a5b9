import { carryOut, isFault, isQuit } from './session.ts'
import { greets, reached } from './settle.ts'
import type { Goal } from './settle.ts'
import type { Console } from './terminal/console.ts'
import type { Table } from './table.ts'

export interface Stage {
  readonly table: Table
  readonly console: Console
  /** Ends the conversation when it is aborted. */
  readonly stop: AbortSignal
}

const greeted = ({ chat }: Table): boolean => chat.messages().some(greets)

/** Before its first message the bot would mention a fault there only: let it come first. */
async function act({ table, stop }: Stage, line: string): Promise<Goal | null> {
  if (isFault(line) && !greeted(table)) {
    table.print('· One moment: the bot takes its first look at everything.')
    await reached({ ...table, stop }, () => greeted(table))
  }
  return stop.aborted ? null : carryOut(table, line)
}

/** Does what a person types, as they type it, until they quit. */
export async function attend({ table, console, stop }: Stage): Promise<void> {
  const quit = new AbortController()
  const stage = { table, console, stop: AbortSignal.any([stop, quit.signal]) }
  const underWay = new Set<Promise<unknown>>()
  for await (const line of console.lines()) {
    if (isQuit(line)) break
    const done = act(stage, line)
    underWay.add(done)
    void done.finally(() => underWay.delete(done))
  }
  quit.abort()
  await Promise.all(underWay)
}

/** Does what is piped in: each line when the one before has had its effect. */
export async function follow(stage: Stage): Promise<void> {
  const { table, console, stop } = stage
  const settle = async (line: string): Promise<void> => {
    const goal = await act(stage, line)
    if (goal === null || table.line.telegram === 'off') return
    if (!(await reached({ ...table, stop }, goal)) && !stop.aborted)
      table.print('· Nothing more came of that within a minute.')
  }
  await reached({ ...table, stop }, () => greeted(table))
  let typed = 0
  for await (const line of console.lines()) {
    if (isQuit(line) || stop.aborted) return
    if (line !== '') typed += 1
    await settle(line)
  }
  // Nobody typed anything: the demo shows at least how everything is.
  if (typed > 0 || stop.aborted) return
  table.print('you › /status')
  await settle('/status')
}
