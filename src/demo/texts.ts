import type { Paint } from './terminal/paint.ts'
import type { Table } from './words.ts'

/** What stands on the screen first. */
export const title = (paint: Paint): string =>
  `${paint('Mechanic', 'bold', 'cyan')} · the demo\n${paint('Starting a PM2, a shop, a web page and the bot …', 'dim')}`

/** What there is, and what to try: all that a newcomer has to read. */
export function introduction(
  { world, canvas: { paint } }: Pick<Table, 'world' | 'canvas'>,
  http: { readonly host: string; readonly port: number } | null,
): string {
  const row = (what: string, word: string, about: string): string =>
    `  ${paint(what.padEnd(34), 'dim')}${paint(word.padEnd(6), 'bold', 'green')} ${about}`
  const shop = world.shop
    ? row('shop, a process under PM2', 'kill', 'ends it; the bot starts it again')
    : `  ${paint(`No shop in this demo. ${world.shopProblem}`, 'red')}`
  return [
    '',
    'Everything is real but Telegram: the bot, the checks of this machine, and these three.',
    '',
    shop,
    row('uploads, a directory of 20 MB', 'fill', 'fills it; the bot cleans it'),
    row('page, a web page', 'break', 'breaks it; the bot tells you, mend mends it'),
    '',
    'Talk to the bot with commands such as /status. A number presses the button that has it.',
    `Try first: ${paint(world.shop ? 'kill' : 'fill', 'bold', 'green')}. All there is: ${paint('help', 'bold')}. The end: ${paint('quit', 'bold')} or Ctrl-C, which cleans up everything.`,
    ...(http ? [paint(`Metrics: http://${http.host}:${http.port}/metrics`, 'dim')] : []),
    '',
  ].join('\n')
}
