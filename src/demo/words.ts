import type { Clock } from '../contract/clock.ts'
import { formatSize } from '../contract/units.ts'
import type { Standin } from '../standin/standin.ts'
import type { Chat } from './chat.ts'
import { lastLines, logLine } from './log-lines.ts'
import { news, tells } from './settle.ts'
import type { Goal } from './settle.ts'
import { showMessage } from './terminal/message.ts'
import type { Canvas } from './terminal/message.ts'
import type { World } from './world/world.ts'

/** Everything that a word of the demo may use. */
export interface Table {
  readonly clock: Clock
  readonly world: World
  readonly standin: Standin
  readonly chat: Chat
  readonly canvas: Canvas
  /** Whether the stand-in takes calls, or plays a Telegram that is away. */
  readonly line: { telegram: 'on' | 'off' }
  print(text: string): void
}

interface Word {
  readonly usage?: string
  /** It makes something go wrong, which the bot would only mention in passing before its first message. */
  readonly fault?: true
  readonly about: string
  /** Returns what is to come of it, null when there is nothing to wait for. */
  run(table: Table, argument: string): Promise<Goal | null> | Goal | null
}

const note = ({ print, canvas }: Table, text: string): void =>
  print(canvas.paint(`· ${text}`, 'yellow'))

/** A critical incident's end is told twice: by an edit of its message, and in a reply to it. */
const over = ({ chat }: Table, name: string, since: number): boolean => {
  const ends = chat.messages().filter((one) => news(since)(one) && tells('✅', name)(one))
  return [true, false].every((reply) => ends.some((one) => (one.reply_to !== undefined) === reply))
}

const told = ({ chat }: Table, marks: string, name: string, since: number): boolean =>
  chat.messages().some((one) => news(since)(one) && tells(marks, name)(one))

const notRunning = 'the shop does not run: /restart shop starts it'

async function kill(table: Table): Promise<Goal | null> {
  const { world, clock } = table
  const since = clock.now()
  if (!world.shop) note(table, `there is no shop to kill: ${world.shopProblem}`)
  else if (await world.shop.kill()) {
    note(table, 'killed the shop (SIGKILL); it counts as fixed once it has stayed up for 10 s')
    return () => over(table, 'shop', since)
  } else note(table, notRunning)
  return null
}

async function stop(table: Table): Promise<Goal | null> {
  const { world, clock } = table
  const since = clock.now()
  if (!world.shop) note(table, `there is no shop to stop: ${world.shopProblem}`)
  else if (await world.shop.stop()) {
    note(table, 'pm2 stop shop: what a person stops is noted, and left alone')
    return () => told(table, '⏸', 'shop', since)
  } else note(table, notRunning)
  return null
}

async function fill(table: Table): Promise<Goal> {
  const { world, clock } = table
  const since = clock.now()
  const bytes = await world.uploads.fill(since)
  note(table, `wrote ${formatSize(bytes)} into ${world.uploads.directory}`)
  return () => told(table, '✅', 'uploads', since)
}

function breakPage(table: Table): Goal | null {
  const { world, clock } = table
  const since = clock.now()
  if (world.page.broken) {
    note(table, 'the page is broken already: mend repairs it')
    return null
  }
  world.page.break()
  note(table, `${world.page.url} now answers 500`)
  return () => told(table, '🔴', 'page', since)
}

function mend(table: Table): Goal | null {
  const { world, clock } = table
  const since = clock.now()
  if (!world.page.broken) {
    note(table, 'the page is fine: break breaks it')
    return null
  }
  const known = told(table, '🔴', 'page', 0)
  world.page.mend()
  note(table, `${world.page.url} answers 200 again`)
  return known ? () => over(table, 'page', since) : null
}

async function telegram(table: Table, argument: string): Promise<Goal | null> {
  const { standin, line, clock } = table
  const since = clock.now()
  if (argument !== 'on' && argument !== 'off') note(table, 'say telegram off, or telegram on')
  else if (argument === line.telegram) note(table, `Telegram is ${argument} already`)
  else if (argument === 'off') {
    line.telegram = 'off'
    await standin.refuse()
    note(table, 'Telegram cannot be reached any more: what happens now is told later')
  } else {
    await standin.accept()
    line.telegram = 'on'
    note(table, 'Telegram is back: the bot will notice within seconds')
    return () => standin.calls.some(({ at }) => at >= since)
  }
  return null
}

function more({ chat, print, canvas }: Table, argument: string): null {
  const messages = chat.messages().filter(({ byBot }) => byBot)
  const wanted = messages.findLast(({ message_id: id, entities }) =>
    argument === ''
      ? entities.some(({ type }) => type === 'expandable_blockquote')
      : id === Number(argument),
  )
  print(wanted ? `${showMessage(wanted, canvas, true)}\n` : 'There is no such message.')
  return null
}

async function log({ world, print, canvas }: Table): Promise<null> {
  const lines = await lastLines(world.logFile)
  print(canvas.paint(world.logFile, 'dim'))
  for (const line of lines) print(logLine(line, canvas.paint))
  return null
}

function config({ world, print, canvas }: Table): null {
  print(canvas.paint(world.configFile, 'dim'))
  print(world.config.trimEnd())
  return null
}

/** What can be typed beside the bot's own commands and the numbers of buttons. */
export const words: Readonly<Record<string, Word>> = {
  kill: { about: 'kill the shop; Mechanic restarts it', fault: true, run: kill },
  fill: { about: 'fill the directory; Mechanic cleans it', fault: true, run: fill },
  break: { about: 'break the web page; only you can mend it', fault: true, run: breakPage },
  mend: { about: 'mend the web page', run: mend },
  stop: { about: 'pm2 stop shop, as a colleague might; it is left so', fault: true, run: stop },
  telegram: { usage: 'off|on', about: 'cut the bot off from Telegram', run: telegram },
  more: { usage: '[MESSAGE]', about: 'show a folded message whole', run: more },
  log: { about: "the last lines of the bot's log", run: log },
  config: { about: 'the mechanic.yaml of this demo', run: config },
}
