import fc from 'fast-check'
import type { Action } from '../../../src/contract/house.ts'
import { refuseWrites } from '../../support/database.ts'
import { asha, ben } from '../../support/flow.ts'
import { calm, holds } from './invariants.ts'
import {
  checks,
  type ConfigName,
  configs,
  hour,
  type Life,
  look,
  minute,
  type Net,
  type Sight,
  yamlOf,
} from './life.ts'

/** The model is the record that the life keeps of itself. */
type Model = object
type Command = fc.AsyncCommand<Model, Life>

const command = (
  name: string,
  run: (life: Life) => Promise<void> | void,
  needs: (life: Life) => boolean = () => true,
): Command => ({
  check: () => true,
  async run(_, life) {
    if (!needs(life)) return
    await run(life)
    holds(life)
  },
  toString: () => name,
})

const see = (check: (typeof checks)[number] | 'web', sight: Sight): Command =>
  command(`${check} ${sight}`, (life) => look(life, check, sight))

const fire = command('everything bad', (life) => {
  for (const check of [...checks, 'web' as const]) look(life, check, 'bad')
})

const pass = (ms: number, step: number): Command =>
  command(`pass ${ms} by ${step}`, ({ world }) => world.pass(ms, step))

/** So far ahead that all history would be old; and what puts that right again. */
const far = 400 * 24 * hour

const jump = (ms: number): Command =>
  command(
    `jump ${ms}`,
    (life) => {
      life.world.clock.jump(ms)
      life.ahead += Math.max(0, ms)
      life.off += ms
      // Each lasts for its own length all the same.
      const now = life.world.clock.now()
      const moved = life.silenced.map((one) =>
        one.from > now ? { ...one, from: one.from + ms, until: one.until + ms } : one,
      )
      life.silenced.splice(0, life.silenced.length, ...moved)
    },
    // What happens at a time that is long ago by the right clock is old, and forgotten.
    ({ off }) => ms > -far || off >= far,
  )

const net = (to: Net): Command => command(`net ${to}`, (life) => void (life.net = to))

/** Full in the middle of whatever is being written then. */
const diskFull = (left: number): Command =>
  command(`disk full after ${left}`, (life) => void (life.full ??= refuseWrites(undefined, left)))

/** The program says that it is well again by itself. */
async function diskFree(life: Life): Promise<void> {
  if (!life.full) return
  life.full()
  life.full = null
  await life.world.pass(7_000, 1_000)
  life.world.faults.splice(0)
}

const restart = (how: 'crash' | 'stop'): Command =>
  command(
    how,
    async ({ world }) => {
      if (how === 'crash') return world.crash()
      const stopped = world.stop()
      for (let i = 0; i < 15; i++) await world.clock.advance(1_000)
      await stopped
      await world.start()
    },
    ({ full }) => full === null,
  )

const reload = (to: ConfigName): Command =>
  command(
    `reload ${to}`,
    async (life) => {
      await life.world.reload(yamlOf(to))
      life.config = to
    },
    ({ full }) => full === null,
  )

const acknowledge = (which: number): Command =>
  command(
    `acknowledge ${which}`,
    ({ world }) => {
      const open = world.store.incidents.open()
      const one = open[which % Math.max(1, open.length)]
      if (one) world.house.acknowledge(one.id, ben)
    },
    ({ full }) => full === null,
  )

const silence = (check: string, ms: number): Command =>
  command(
    `silence ${check} ${ms}`,
    (life) => {
      const { at: from, until } = life.world.house.silence(check, ms, asha)
      life.silenced.push({ check, from, until })
    },
    ({ full }) => full === null,
  )

const unsilence = (check: string): Command =>
  command(
    `unsilence ${check}`,
    (life) => {
      life.world.house.unsilence(check, asha)
      const kept = life.silenced.filter((one) => one.check !== check)
      life.silenced.splice(0, life.silenced.length, ...kept)
    },
    ({ full }) => full === null,
  )

/** A confirmation that was pressed, with `twice`: a second time at once. Told by the chat when it ends. */
const order = (wanted: 'restart' | 'fix', twice: boolean): Command =>
  command(
    `order ${wanted}${twice ? ' twice' : ''}`,
    async (life) => {
      const { world } = life
      const { store, house } = world
      const broken = store.incidents.open().find(({ check }) => check === 'e')
      const draft: Action | undefined =
        wanted === 'restart'
          ? { do: 'restart', service: 'web' }
          : broken && { do: 'fix', incident: broken.id, plan: '' }
      const prepared = draft && (await house.prepare(draft).catch(() => undefined))
      if (!prepared) return
      const token = `t${life.orders++}`
      const { action } = prepared
      const question = {
        token,
        userId: asha.id,
        chat: { id: asha.id },
        action,
        prepared,
        at: world.clock.now(),
      }
      store.confirmations.create(question)
      if (!store.confirmations.move(token, 'waiting', 'claimed')) return
      const told = (): void => {
        if (world.store === store && !life.full) store.confirmations.move(token, 'claimed', 'done')
      }
      void house.perform(action, asha, token).then(told, told)
      if (twice) void house.perform(action, asha, token).catch(() => undefined)
      await world.advance(0)
    },
    ({ full }) => full === null,
  )

const set = (name: string, change: (life: Life) => void): Command => command(name, change)

export const commands: readonly fc.Arbitrary<Command>[] = [
  fc
    .tuple(
      fc.constantFrom(...checks, 'web' as const),
      fc.constantFrom<Sight>('bad', 'bad', 'good', 'worst', 'blind', 'gone'),
    )
    .map(([check, sight]) => see(check, sight)),
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(2_000, 30_000))
    .map(([minutes, step]) => pass(step === 2_000 ? minutes * 5_000 : minutes * minute, step)),
  fc.constantFrom(pass(3 * hour, 5 * minute), pass(9 * hour, 10 * minute)),
  fc.constantFrom(-far, -2 * hour, -2_000, 2_000, 2 * hour, far).map(jump),
  fc.constantFrom<Net>('fine', 'away', 'pace', 'loses', 'blocked', 'gone', 'throws').map(net),
  fc.constant(fire),
  fc.nat(12).map(diskFull),
  fc.constant(command('disk free', diskFree)),
  fc.constantFrom(restart('crash'), restart('crash'), restart('stop')),
  fc.constantFrom(...configs).map(reload),
  fc.nat(5).map(acknowledge),
  fc.constantFrom(silence('a', hour), silence('d', 10 * minute), unsilence('a'), unsilence('d')),
  fc
    .tuple(fc.constantFrom('restart' as const, 'fix' as const), fc.boolean())
    .map(([what, twice]) => order(what, twice)),
  fc.constantFrom(
    set('fixes help', (life) => void (life.mends = true)),
    set('fixes do not help', (life) => void (life.mends = false)),
    set('fixes take 20 s', (life) => void (life.lasts = 20_000)),
    set('fixes take no time', (life) => void (life.lasts = 0)),
    set('another bot', (life) => void (life.world.heldBack = true)),
    set('alone again', (life) => void (life.world.heldBack = false)),
  ),
]

/** Everything is well again, and there is time to notice and to say so. */
export async function settle(life: Life): Promise<void> {
  await diskFree(life)
  const { world } = life
  world.heldBack = false
  life.net = 'fine'
  life.lasts = 0
  life.silenced.splice(0)
  // An answer that could not be written down is given after the next start.
  await world.crash()
  await world.reload(yamlOf('all'))
  for (const check of [...checks, 'web' as const]) look(life, check, 'good')
  await world.pass(10 * minute, 10_000)
  await world.pass(15 * hour, 10 * minute)
  await world.pass(2 * minute, 5_000)
  calm(life)
}
