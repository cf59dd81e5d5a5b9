import { userInfo } from 'node:os'
import { boot } from '../boot.ts'
import type { Running } from '../boot.ts'
import type { Clock } from '../contract/clock.ts'
import { createStandin } from '../standin/standin.ts'
import type { Standin } from '../standin/standin.ts'
import { openChat } from './chat.ts'
import { attend, follow } from './converse.ts'
import { completions } from './session.ts'
import { createButtons } from './terminal/buttons.ts'
import { createConsole, isTerminal } from './terminal/console.ts'
import type { Console, MaybeTerminal } from './terminal/console.ts'
import type { Canvas } from './terminal/message.ts'
import { createPaint } from './terminal/paint.ts'
import { introduction, title } from './texts.ts'
import type { Tour } from './tour/play.ts'
import { runTour } from './tour/tour.ts'
import type { Table } from './table.ts'
import { openWorld } from './world/world.ts'
import type { World } from './world/world.ts'

/** Terminals alone know how wide they are and whether they have colours. */
interface Screen extends MaybeTerminal {
  readonly columns?: number
  hasColors?(): boolean
}

export interface DemoOutside {
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: NodeJS.ReadableStream & MaybeTerminal
  readonly output: NodeJS.WritableStream & Screen
  /** Ends the demo when it is aborted. */
  readonly stop: AbortSignal
  /** Ctrl-C was typed. */
  interrupted(): void
  /** Played instead of asking the person for anything. */
  readonly tour?: Tour
}

/** Any id: the stand-in knows nobody else. */
const user = 1001

function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    // The user has no entry in the system's list, as in some containers.
    return 'operator'
  }
}

/** The environment of the bot: only the last line differs from a real one. */
const botEnv = (outside: DemoOutside, world: World, standin: Standin) => ({
  PATH: outside.env['PATH'],
  HOME: outside.env['HOME'],
  LANG: outside.env['LANG'],
  TZ: outside.env['TZ'],
  PM2_HOME: world.pm2Home,
  BOT_TOKEN: standin.token,
  MECHANIC_CONFIG: world.configFile,
  MECHANIC_HOME: world.home,
  RESTIC_PASSWORD: world.orders?.password,
  HTTP_LISTEN: '127.0.0.1:0',
  TELEGRAM_API_ROOT: standin.root,
})

/** Puts everything on the stage, in the order in which it is taken away again. */
async function prepare(
  outside: DemoOutside,
  canvas: Canvas,
  console: Console,
  props: AsyncDisposableStack,
): Promise<{ readonly table: Table; readonly http: Running['http'] } | null> {
  const { clock, env, stop } = outside
  const { print } = console
  const operator = { id: user, name: operatorName() }
  const world = await openWorld({ clock, env, operator, wantsOrders: outside.tour?.orders ?? true })
  props.defer(world.close)
  const standin = createStandin({ clock })
  await standin.start()
  props.defer(standin.stop)
  standin.addUser({ id: user, name: operatorName() })
  const chat = openChat({ standin, user, canvas, print })
  props.defer(chat.close)
  if (stop.aborted) return null
  const bot = await boot(botEnv(outside, world, standin), { clock, echo: false })
  props.defer(bot.stop)
  const line: Table['line'] = { telegram: 'on' }
  return { table: { clock, world, standin, chat, canvas, line, bot, print }, http: bot.http }
}

/**
 * The whole bot with no token and no internet. Ends when the input does, on `quit`, or by the signal,
 * and leaves nothing behind: no process, no file.
 *
 * @returns false when a tour was not played to its end
 * @throws Error when the demo cannot be set up
 */
export async function runDemo(outside: DemoOutside): Promise<boolean> {
  const { input, output, stop, tour } = outside
  const interactive = isTerminal(input, output)
  const paint = createPaint(output.isTTY === true && output.hasColors?.() === true)
  // A terminal that does not know its width says 0.
  const width = (): number => output.columns || Infinity
  const canvas: Canvas = { paint, width, buttons: createButtons() }
  let table: Table | undefined
  const console = createConsole({
    input,
    output,
    interactive,
    prompt: paint('you › ', 'bold', 'green'),
    words: () => (table ? completions(table) : []),
    interrupted: outside.interrupted,
  })
  const close = (): void => console.close()
  stop.addEventListener('abort', close, { once: true })
  console.print(title(paint, tour !== undefined))
  await using props = new AsyncDisposableStack()
  try {
    const ready = await prepare(outside, canvas, console, props)
    if (!ready) return tour === undefined
    table = ready.table
    if (tour) return await runTour({ ...tour, table, stop })
    console.print(introduction(table, ready.http))
    await (interactive ? attend : follow)({ table, console, stop })
    return true
  } finally {
    console.close()
    stop.removeEventListener('abort', close)
    console.print(paint('Cleaning up: the bot, its PM2, its files …', 'dim'))
  }
}
