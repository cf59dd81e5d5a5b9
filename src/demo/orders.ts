import { say } from './say.ts'
import type { Goal } from './settle.ts'
import { note, type Table } from './table.ts'
import type { World } from './world/world.ts'

/** Why there are no orders that could be backed up. */
export const ordersProblem = ({ shop }: Pick<World, 'shop'>): string =>
  shop ? 'apt-get install restic brings them to the demo' : 'there is no shop this time'

const rows = (count: number): string => `${count} order${count === 1 ? '' : 's'}`

/** Says how many orders the shop has taken. */
export function count(table: Table): null {
  const { orders } = table.world
  if (orders) note(table, `${rows(orders.count())} in ${orders.path}`)
  else note(table, `no orders: ${ordersProblem(table.world)}`)
  return null
}

/** The time of day a moment before, as `/restore` takes it. */
const before = (now: number): string => new Date(now - 1_000).toTimeString().slice(0, 8)

/** Deletes all orders, as a colleague might; not before there is a backup. */
export function lose(table: Table, argument: string): null {
  const { world, bot, clock } = table
  const backup = bot.house.backup('orders').found
  if (!world.orders) note(table, `no orders to lose: ${ordersProblem(world)}`)
  else if (argument !== 'orders') note(table, 'say lose orders')
  else if (backup?.newest === undefined)
    note(table, 'there is no backup of them yet: /backup orders makes one')
  else {
    const until = before(clock.now())
    note(table, `DELETE FROM orders, and no WHERE: ${rows(world.orders.lose())} gone`)
    note(table, `/restore orders has the last backup, /restore orders ${until} all until then`)
  }
  return null
}

/** What a restore over live data asks a person to type. */
export function confirm(table: Table, argument: string): Goal {
  const answered = say(table, `restore ${argument}`)
  const isOver = (): boolean =>
    table.bot.house.jobs(1).every(({ endedAt }) => endedAt !== undefined)
  return () => answered() && isOver()
}
