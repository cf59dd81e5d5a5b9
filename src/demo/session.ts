import { messageOf } from '../contract/error.ts'
import { say, working } from './say.ts'
import { news } from './settle.ts'
import type { Goal } from './settle.ts'
import { ordersProblem } from './orders.ts'
import { words } from './words.ts'
import type { Table } from './table.ts'

const width = 20

/** The list of what can be typed. */
export function helpText({ canvas: { paint }, world }: Pick<Table, 'canvas' | 'world'>): string {
  const missing = world.orders === null ? 'orders' : undefined
  const row = (what: string, about: string): string =>
    `  ${paint(what.padEnd(width), 'bold')}${about}`
  return [
    row('/status', 'and every other command of the bot: /help lists them'),
    row('1, 2, 3 …', 'press the button with that number'),
    ...Object.entries(words)
      .filter(([, { needs }]) => needs === undefined || needs !== missing)
      .map(([name, { usage, about }]) =>
        row(usage === undefined ? name : `${name} ${usage}`, about),
      ),
    ...(missing === undefined ? [] : [row('backups', ordersProblem(world))]),
    row('help', 'this list'),
    row('quit', 'end the demo; nothing is left behind'),
  ].join('\n')
}

/** All that Tab may complete to. */
export const completions = ({ standin, chat }: Pick<Table, 'standin' | 'chat'>): string[] => [
  ...Object.keys(words),
  'help',
  'quit',
  ...standin.menu(chat.user).map(({ command }) => `/${command}`),
]

/** Whether a line ends the demo. */
export const isQuit = (line: string): boolean => ['quit', 'exit', 'q'].includes(nameIn(line))

/** Whether a line makes something go wrong. */
export const isFault = (line: string): boolean => wordIn(line)?.fault === true

const nameIn = (line: string): string => line.toLowerCase().split(/\s+/)[0] ?? ''

function wordIn(line: string): (typeof words)[string] | undefined {
  const name = nameIn(line)
  return Object.hasOwn(words, name) ? words[name] : undefined
}

function press(table: Table, number: number): Goal | null {
  const { chat, canvas, clock, print } = table
  const live = canvas.buttons.live(chat.messages())
  const button = live.find((one) => one.number === number)
  if (button === undefined) {
    const some = live.slice(-8).map((one) => `[${one.number}] ${one.label}`)
    const hint = some.length === 0 ? 'none is there now' : `there is ${some.join('  ')}`
    print(`There is no button [${number}]: ${hint}`)
    return null
  }
  const { messageId, data, label } = button
  const since = clock.now()
  print(canvas.paint(`· pressed [${number}] ${label} under message ${messageId}`, 'yellow'))
  const callback = chat.press(messageId, data)
  return () => {
    const answer = chat.answerTo(callback)
    return answer !== undefined && !working(table) && chat.messages().some(news(since))
  }
}

function unknown({ print, standin, chat }: Table, name: string): null {
  const command = standin.menu(chat.user).find((one) => one.command === name)
  print(
    command ? `Commands of the bot begin with a slash: /${name}` : `No word "${name}": see help`,
  )
  return null
}

/**
 * Carries out one line that was typed. Never throws.
 *
 * @returns what is to come of it; null when there is nothing to wait for
 */
export async function carryOut(table: Table, line: string): Promise<Goal | null> {
  const name = nameIn(line)
  const rest = line.toLowerCase().split(/\s+/).slice(1)
  if (name === '') return null
  try {
    if (line.startsWith('/')) return say(table, line)
    if (/^\d{1,9}$/.test(line)) return press(table, Number(line))
    if (name === 'help' || name === '?') {
      table.print(helpText(table))
      return null
    }
    const word = wordIn(line)
    return word ? await word.run(table, rest.join(' ')) : unknown(table, name)
  } catch (error) {
    table.print(`That failed: ${messageOf(error)}`)
    return null
  }
}
