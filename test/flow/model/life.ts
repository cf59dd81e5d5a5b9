import type { FixContext } from '../../../src/contract/fix.ts'
import type { Delivery, Verdict } from '../../../src/contract/sender.ts'
import { away } from '../../support/chat.ts'
import { openWorld, type World } from '../../support/flow.ts'
import { dead, instance } from '../../support/manager.ts'
import { cannotSee } from '../../support/plugins.ts'
import { onDisk } from './record.ts'

export const minute = 60_000
export const hour = 60 * minute

export const checks = ['a', 'b', 'c', 'd', 'e'] as const
export type CheckName = (typeof checks)[number]

const lines: Readonly<Record<CheckName, string>> = {
  a: 'every: 30s, warning: "used > 50%", critical: "used > 90%"',
  b: 'every: 30s, critical: "down for 2m"',
  c: 'every: 30s, warning: "down", fix: sweep',
  d: 'every: 1m, critical: "down", fix: sweep, notify: at-once',
  e: 'every: 1m, warning: "down", fix: wipe',
}

/** What the file says of fixes, for whoever judges what was done. */
export const limits = { attempts: 2, cooldown: 5 * minute, perHour: 5 } as const

/** Three configs: everything, some checks gone, some of them different. */
export const configs = ['all', 'fewer', 'other'] as const
export type ConfigName = (typeof configs)[number]

export function yamlOf(name: ConfigName): string {
  const kept = checks.filter((check) => name !== 'fewer' || (check !== 'a' && check !== 'c'))
  const line = (check: CheckName): string =>
    name === 'other' ? lines[check].replace('50%', '60%').replace('2m', '30s') : lines[check]
  return `
checks:
${kept.map((check) => `  ${check}: { kind: fake, of: ${check}, ${line(check)} }`).join('\n')}
services: { web: { manager: { pm2: web }, severity: critical, restart: auto } }
fixes:
  sweep: { kind: mend, attempts: 2, cooldown: 5m, max_per_hour: 5, verify: { within: 5s, every: 1s } }
  wipe: { kind: purge, attempts: 2 }
notify: { quiet_hours: { from: "22:00", to: "07:00" }, heartbeat: { schedule: "0 9 * * *", send: on-change } }
`
}

export const sights = { good: { used: 10, down: false }, bad: { used: 70, down: true } } as const
export type Sight = 'good' | 'bad' | 'worst' | 'blind' | 'gone'

/** One thing that a fix really did. */
export interface Act {
  readonly fix: string
  readonly subject: string
  readonly ordered: boolean
  /** Time that has passed by either clock: set ahead counts, set back does not undo it. */
  readonly at: number
}

/** A world with everything that happens to it on record, kept apart from what the program believes. */
export interface Life {
  readonly world: World
  readonly acts: Act[]
  /** What the program must never do, as it was seen doing it. */
  readonly wrongs: string[]
  /** How often a notice arrived as a new message, and how often the answer to that was lost. */
  readonly arrived: Map<number, number>
  readonly lost: Map<number, number>
  /** Messages that somebody deleted: what they said is not kept up to date. */
  readonly deleted: Set<number>
  readonly silenced: { readonly check: string; readonly from: number; readonly until: number }[]
  /** Whether the next acts of a fix help, and how long each takes. */
  mends: boolean
  lasts: number
  net: Net
  full: (() => void) | null
  config: ConfigName
  /** Clock jumps ahead so far. */
  ahead: number
  /** How wrong the wall clock is. */
  off: number
  orders: number
  /** Events looked at already. */
  seen: number
}

export type Net = 'fine' | 'away' | 'pace' | 'loses' | 'blocked' | 'gone' | 'throws'

const isNight = (at: number): boolean => {
  const wall = new Date(at).getUTCHours()
  return wall >= 22 || wall < 7
}

export const passed = ({ world, ahead }: Life): number => world.clock.monotonic() + ahead

function watchDeliveries(life: Life): void {
  const { world } = life
  const verdict: Readonly<Record<Net, (delivery: Delivery) => Verdict | undefined>> = {
    fine: () => undefined,
    away: () => away,
    pace: () => ({ is: 'later', after: 2_000, why: 'pace', wholeBot: false }),
    loses: (delivery) => (world.chat.put(delivery), away),
    blocked: ({ op, chat }) =>
      op === 'send' && chat.id === 1001 ? { is: 'never', why: 'blocked', detail: '' } : undefined,
    gone: ({ op }) =>
      op === 'edit' ? { is: 'never', why: 'message-gone', detail: '' } : undefined,
    throws: () => {
      throw new Error('a sender that breaks its promise')
    },
  }
  world.chat.answer = (delivery) => {
    const { sending, notices, incidents } = onDisk(world)
    const notice = notices.find(({ id }) => id === sending)
    if (sending === null || !notice) return void life.wrongs.push('delivered without a claim')
    const critical = incidents.some(
      (one) =>
        (one.notice === sending || one.notice === notice.reply_to) && one.worst === 'critical',
    )
    const allowed = critical || notice.kind === 'note'
    const what = `${notice.kind} ${JSON.stringify(delivery.message).slice(0, 200)}`
    if (delivery.op === 'send' && isNight(world.clock.now()) && !allowed)
      life.wrongs.push(`in quiet hours: ${what}`)
    if (delivery.op === 'send' && delivery.sound && !critical) life.wrongs.push(`loud: ${what}`)
    const answer = verdict[life.net](delivery)
    if (delivery.op === 'edit' && life.net === 'gone') life.deleted.add(sending)
    if (delivery.op === 'edit') return answer
    const count = (map: Map<number, number>): void =>
      void map.set(sending, (map.get(sending) ?? 0) + 1)
    if (answer === undefined || life.net === 'loses') count(life.arrived)
    if (life.net === 'loses') count(life.lost)
    return answer
  }
}

function watchActs(life: Life): void {
  const { world, acts, wrongs } = life
  const busy = new Set<string>()
  const act = async (fix: string, subject: string, ordered: boolean): Promise<void> => {
    if (busy.has(fix)) wrongs.push(`two at once on ${fix}`)
    if (world.heldBack && !ordered) wrongs.push(`${fix} while held back`)
    if (fix === 'wipe' && !ordered) wrongs.push('a destructive fix without approval')
    acts.push({ fix, subject, ordered, at: passed(life) })
    busy.add(fix)
    const lasts = life.lasts
    if (lasts > 0) await new Promise<void>((done) => world.clock.after(lasts, done))
    busy.delete(fix)
  }
  world.act = async ({ ordered, reading }: FixContext) => {
    const fix = world.acted.at(-1)?.kind === 'purge' ? 'wipe' : 'sweep'
    await act(fix, reading.subject, ordered === true)
    if (life.mends) for (const check of ['c', 'd'] as const) world.seen.set(check, sights.good)
    return 'swept'
  }
  world.services.restart = async () => {
    const row = onDisk(world).attempts.findLast(({ fix }) => fix === 'restart:web')
    await act('restart:web', 'web', row?.actor !== null)
    if (life.mends) world.services.state.set('web', [instance({ pid: 4711 + acts.length })])
  }
  // What a process that is gone was doing is not being done any more.
  const { kill, stop } = world
  world.kill = () => kill().finally(() => busy.clear())
  world.stop = () => stop().finally(() => busy.clear())
}

export function look(life: Life, check: CheckName | 'web', sight: Sight): void {
  const { world } = life
  if (check === 'web')
    return void world.services.state.set('web', sight === 'good' ? [instance()] : [dead()])
  const worst = { used: 95, down: true }
  const seen = { ...sights, worst, blind: cannotSee, gone: [] }[sight]
  world.seen.set(check, seen)
}

export async function begin(at: string): Promise<Life> {
  const world = await openWorld(yamlOf('all'), { at })
  const life: Life = {
    world,
    acts: [],
    wrongs: [],
    arrived: new Map(),
    lost: new Map(),
    deleted: new Set(),
    silenced: [],
    mends: false,
    lasts: 3_000,
    net: 'fine',
    full: null,
    config: 'all',
    ahead: 0,
    off: 0,
    orders: 0,
    seen: 0,
  }
  for (const check of checks) look(life, check, 'good')
  watchDeliveries(life)
  watchActs(life)
  return life
}
