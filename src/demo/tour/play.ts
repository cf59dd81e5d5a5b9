import { carryOut } from '../session.ts'
import { reached } from '../settle.ts'
import type { Goal } from '../settle.ts'
import { linesOf, paintCells, wrap } from '../terminal/cells.ts'
import type { Table } from '../table.ts'
import type { Step } from './steps.ts'

export interface Tour {
  readonly steps: readonly Step[]
  /** Whether the shop's orders, and their backups, are part of it. */
  readonly orders: boolean
  /** Whether there are pauses to read in. */
  readonly paced: boolean
  /** How long anything may take to come about, in milliseconds. */
  readonly patience: number
}

export interface Scene extends Tour {
  readonly table: Table
  /** Ends the tour when it is aborted. */
  readonly stop: AbortSignal
}

/** What kept a tour from being complete. */
export interface Miss {
  readonly step: string
  readonly why: string
}

const label = /^\[(.+)\]$/

/** A line as the demo takes it; null when there is no such button. */
function typed({ chat, canvas }: Table, line: string): string | null {
  const wanted = label.exec(line)?.[1]
  if (wanted === undefined) return line
  const messages = chat.messages()
  const about = (id: number): string =>
    messages.find(({ message_id }) => message_id === id)?.text ?? ''
  // A message about one thing alone does not name it in its buttons.
  const [verb, object = ''] = wanted.split(' ')
  const button = canvas.buttons
    .live(messages)
    .findLast(
      (one) =>
        one.label === wanted || (one.label === verb && about(one.messageId).includes(object)),
    )
  return button === undefined ? null : String(button.number)
}

function announce({ table, steps }: Scene, step: Step): void {
  const { paint, width } = table.canvas
  const text = `▸ ${steps.indexOf(step) + 1}/${steps.length} ${step.why}`
  const [line] = linesOf(text, [])
  for (const row of wrap(line?.cells ?? [], width()))
    table.print(paint(paintCells(row, paint), 'dim'))
}

const waiting = ({ table, stop, patience }: Scene, goal: Goal): Promise<boolean> =>
  reached({ ...table, stop, within: patience }, goal)

/** @returns why it had no effect, null when it had */
async function act(scene: Scene, line: string): Promise<string | null> {
  const { table } = scene
  const text = typed(table, line)
  if (text === null) return `there is no button ${line}`
  if (!label.test(line)) table.print(table.canvas.paint(`you › ${text}`, 'bold', 'green'))
  const goal = await carryOut(table, text)
  // Nothing arrives from a bot that is cut off.
  if (goal === null || table.line.telegram === 'off') return null
  return (await waiting(scene, goal)) ? null : `nothing came of ${line}`
}

/** @returns why the step did not happen, null when it did */
async function perform(scene: Scene, step: Step): Promise<string | null> {
  const { table, stop } = scene
  const since = table.clock.now()
  for (const line of step.does) {
    const why = stop.aborted ? null : await act(scene, line)
    if (why !== null) return why
  }
  for (const { what, seen } of step.sees)
    if (!(await waiting(scene, () => seen(table, since)))) return `not seen: ${what}`
  return null
}

/**
 * Plays the steps one after the other, each when the one before has been seen.
 *
 * @returns the first step that did not happen, null when all did
 */
export async function play(scene: Scene): Promise<Miss | null> {
  const { table, steps, paced, stop } = scene
  for (const step of steps) {
    announce(scene, step)
    const why = await perform(scene, step)
    if (stop.aborted) return { step: step.name, why: 'the tour was ended' }
    if (why !== null) return { step: step.name, why }
    // Nothing to wait for but the time.
    if (paced) await reached({ ...table, stop, within: step.reading }, () => false)
  }
  return null
}
