import type { Paint } from './terminal/paint.ts'
import type { Table } from './table.ts'

/** What stands on the screen first. */
export const title = (paint: Paint, tour: boolean): string =>
  [
    `${paint('Mechanic', 'bold', 'cyan')} · ${tour ? 'the tour' : 'the demo'}`,
    ...(tour ? ['All is real but Telegram. Just watch for a minute; Ctrl-C ends it.'] : []),
    paint('Starting a PM2, a shop, a web page and the bot …', 'dim'),
    ...(tour ? [''] : []),
  ].join('\n')

/** What there is, and what to try: all that a newcomer has to read. At most 80 columns. */
export function introduction(
  { world, canvas: { paint } }: Pick<Table, 'world' | 'canvas'>,
  http: { readonly host: string; readonly port: number } | null,
): string {
  const row = (word: string, about: string): string =>
    `  ${paint(word.padEnd(6), 'bold', 'green')} ${about}`
  const first = paint(world.shop ? 'kill' : 'fill', 'bold', 'green')
  const [help, quit] = [paint('help', 'bold'), paint('quit', 'bold')]
  return [
    '',
    'All is real but Telegram: the bot, the checks of this machine, and these:',
    '',
    world.shop
      ? row('kill', 'kills a shop that PM2 runs; the bot starts it again')
      : `  ${paint(`There is no shop this time. ${world.shopProblem}`, 'red')}`,
    row('fill', 'fills a directory; the bot cleans it'),
    row('break', 'breaks a web page; the bot tells you, and you mend it with mend'),
    ...(world.orders
      ? [row('lose', 'loses what the shop has sold; /backup orders has to come before')]
      : []),
    '',
    'Commands such as /status go to the bot. A number presses the button beside it.',
    `Try ${first} first. ${help} lists all there is, ${quit} or Ctrl-C ends and cleans up.`,
    ...(http ? [paint(`Metrics: http://${http.host}:${http.port}/metrics`, 'dim')] : []),
    '',
  ].join('\n')
}
