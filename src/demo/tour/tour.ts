import { pastIncidents } from '../past.ts'
import type { Table } from '../table.ts'
import { play } from './play.ts'
import type { Scene } from './play.ts'

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

/** What was seen, from the bot's own history and what is in the chat. */
export function summary({ bot, chat }: Pick<Table, 'bot' | 'chat'>): string {
  const incidents = [...pastIncidents(bot.house)]
  const fixed = incidents.filter(({ ending }) => ending === 'fixed').length
  const own = chat.messages().filter(({ byBot }) => byBot)
  const loud = own.filter((one) => !one.disable_notification).length
  return [
    plural(incidents.length, 'incident'),
    `${fixed} fixed without a person`,
    `${plural(own.length, 'message')}, ${loud} with sound`,
  ].join(' · ')
}

/** Plays the tour, and says how it went. @returns whether every step happened */
export async function runTour(scene: Scene): Promise<boolean> {
  const { table } = scene
  const { paint } = table.canvas
  const miss = await play(scene)
  if (miss === null) table.print(`${paint('✔', 'green')} Seen: ${summary(table)}`)
  else table.print(`${paint('✘', 'red')} ${miss.step}: ${miss.why}`)
  return miss === null
}
