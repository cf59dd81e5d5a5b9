import { formatSize } from '../contract/units.ts'
import { lastLines, logLine } from './log-lines.ts'
import { pastIncidents } from './past.ts'
import { news, tells } from './settle.ts'
import type { Goal } from './settle.ts'
import { note, type Table } from './table.ts'
import { showMessage } from './terminal/message.ts'
import { confirm, count, lose } from './orders.ts'
import { publish } from './publish.ts'

interface Word {
  readonly usage?: string
  /** It makes something go wrong, which the bot would only mention in passing before its first message. */
  readonly fault?: true
  /** There is no such word where there is no such thing. */
  readonly needs?: 'orders'
  readonly about: string
  /** Returns what is to come of it, null when there is nothing to wait for. */
  run(table: Table, argument: string): Promise<Goal | null> | Goal | null
}

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

/** What `fill` writes is older than the ten minutes that the fix spares, what `fill new` writes is not. */
const old = 3_600_000

async function fill(table: Table, argument: string): Promise<Goal | null> {
  const { world, clock, bot } = table
  const since = clock.now()
  if (argument !== '' && argument !== 'new') {
    note(table, 'say fill, or fill new')
    return null
  }
  const fixable = argument === ''
  const bytes = await world.uploads.fill(since, fixable ? old : 0)
  const about = fixable ? '' : ', too new for the fix to touch'
  note(table, `wrote ${formatSize(bytes)} into ${world.uploads.directory}${about}`)
  // What quiet hours hold shows in the bot's history alone.
  if (world.night !== null)
    return () =>
      pastIncidents(bot.house).some(
        ({ check, openedAt, endedAt }) =>
          check === 'uploads' && openedAt >= since && fixable === (endedAt !== undefined),
      )
  return () => told(table, fixable ? '✅' : '🟠', 'uploads', since)
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

/** A person whom the config does not name. */
export const stranger = 2002

function knock(table: Table): Goal {
  const { standin, bot, clock } = table
  const since = clock.now()
  standin.addUser({ id: stranger, name: 'Mallory' })
  standin.say(stranger, '/restart shop')
  note(table, `Mallory (id ${stranger}), whom nobody knows, writes: /restart shop`)
  return () =>
    bot.house.audit(20).some(({ who, at }) => at >= since && who.includes(String(stranger)))
}

/** Quiet hours are to the minute: this one and the next sixty. */
function quietFrom(now: number): { readonly from: string; readonly to: string } {
  const time = (at: number): string => new Date(at).toTimeString().slice(0, 5)
  return { from: time(now), to: time(now + 3_600_000) }
}

/** The bot looks at the time once a second. */
const round = 1_000

async function night(table: Table): Promise<Goal | null> {
  const { world, bot, clock } = table
  if (world.night !== null) {
    note(table, 'it is night already: morning ends it')
    return null
  }
  const hours = quietFrom(clock.now())
  await world.keepQuiet(hours)
  await bot.reload()
  note(table, `quiet hours in the config, ${hours.from} to ${hours.to}: all but critical is held`)
  const noticed = clock.monotonic() + 2 * round
  return () => clock.monotonic() >= noticed
}

async function morning(table: Table): Promise<Goal | null> {
  const { world, bot, clock, chat } = table
  const since = clock.now()
  const from = world.night
  if (from === null) {
    note(table, 'these are no quiet hours: night begins them')
    return null
  }
  await world.keepQuiet(null)
  await bot.reload()
  note(table, 'no more quiet hours in the config')
  // A night in which nothing happened has no brief.
  const eventful = pastIncidents(bot.house).some(
    ({ openedAt, endedAt }) => (endedAt ?? openedAt) >= from,
  )
  if (!eventful) return null
  return () => chat.messages().some((one) => news(since)(one) && one.text.startsWith('☀️'))
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
  fill: {
    usage: '[new]',
    about: 'fill the directory; Mechanic removes old files only',
    fault: true,
    run: fill,
  },
  break: { about: 'break the web page; only you can mend it', fault: true, run: breakPage },
  mend: { about: 'mend the web page', run: mend },
  stop: { about: 'pm2 stop shop, as a colleague might; it is left so', fault: true, run: stop },
  publish: {
    usage: '[broken]',
    about: 'commit a new version of the shop: /deploy shop',
    run: publish,
  },
  orders: { about: 'how many orders the shop has taken', needs: 'orders', run: count },
  lose: {
    usage: 'orders',
    about: 'lose them: /backup orders before, /restore orders after',
    needs: 'orders',
    run: lose,
  },
  restore: {
    usage: 'orders',
    about: 'said to the bot when it asks for these words',
    needs: 'orders',
    run: confirm,
  },
  telegram: { usage: 'off|on', about: 'cut the bot off from Telegram', run: telegram },
  stranger: { about: 'somebody unknown writes to the bot', run: knock },
  night: { about: 'begin quiet hours, by a change of the config', run: night },
  morning: { about: 'end them: the brief of what was held', run: morning },
  more: { usage: '[MESSAGE]', about: 'show a folded message whole', run: more },
  log: { about: "the last lines of the bot's log", run: log },
  config: { about: 'the mechanic.yaml of this demo', run: config },
}
