import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import type { Button, Message, Text } from '../src/contract/message.ts'
import { formatSize } from '../src/contract/units.ts'
import type { BackupView, SnapshotView } from '../src/contract/view.ts'
import { byKey, notFound, pick, rowsOf } from './shared/pick.ts'

const which = 'restore'
const at = 'restore-at'
/** core.telegram.org/bots/api#inlinekeyboardbutton */
const longestPress = 64
/** As many as are read on a phone; others can be named. */
const shown = 10

type Way = 'side' | 'live'

/** Nothing here restores: it asks, and what is confirmed becomes a job. */
export default defineHandler({
  kind: 'restore',
  commands: {
    restore: {
      role: 'admin',
      about: 'Bring a backup back, to the side or over live data',
      usage: '[NAME] [SNAPSHOT | TIME | latest] [side | live]',
    },
  },
  presses: {
    [which]: { role: 'admin' },
    [at]: { role: 'admin' },
    side: { role: 'admin' },
    live: { role: 'admin' },
  },
  onCommand: restore,
  onPress: pressed,
})

/** What stands after the name: what is wanted, and where to. */
interface Wish {
  readonly what: string
  readonly to?: Way
  readonly unsafe: boolean
}

/** Telephones make other quotes of what is typed. */
const quotes = /["'“”„«»‘’]/g

function wishOf(words: readonly string[]): Wish {
  const left = words.join(' ').replace(quotes, '').trim().split(/\s+/)
  const unsafe = left.at(-1) === 'unsafe'
  if (unsafe) left.pop()
  const last = left.at(-1)
  const to = last === 'side' || last === 'live' ? last : undefined
  if (to !== undefined) left.pop()
  return { what: left.join(' '), unsafe, ...(to && { to }) }
}

async function restore(call: Call): Promise<void> {
  const { house, args, reply } = call
  const [name, ...words] = args
  const all = house.backups()
  if (all.length === 0) return reply({ blocks: [line('restore-none')] })
  if (name === undefined) {
    const choices = all.map((one) => ({ label: one.name, press: `${which}:${one.key}` }))
    return reply(pick(t('restore-which'), choices))
  }
  const match = house.backup(name)
  if (!match.found) return reply(notFound(name, match.nearest, which))
  const wish = wishOf(words)
  if (wish.what === '') return reply(await listOf(call, match.found))
  if (wish.to === undefined) return reply(whereTo(match.found, wish.what))
  await askFor(call, match.found, { ...wish, to: wish.to })
}

async function pressed(press: Press): Promise<void> {
  const { house, verb, arg, reply, answer } = press
  const [, key = '', what = ''] = /^([^:]*):?(.*)$/s.exec(arg) ?? []
  const found = pickedOf(house.backups(), key)
  if (!found) return answer(t('backup-gone'))
  if (verb === which) return reply(await listOf(press, found))
  if (verb === at) return reply(whereTo(found, what))
  await askFor(press, found, { what, to: verb === 'live' ? 'live' : 'side', unsafe: false })
}

function pickedOf(all: readonly BackupView[], key: string): BackupView | undefined {
  const name = byKey(
    all.map((one) => one.name),
    key,
  )
  return all.find((one) => one.key === key || one.name === name)
}

const askFor = (
  { ask }: Conversation,
  { name }: BackupView,
  { what, to, unsafe }: Wish & { readonly to: Way },
): Promise<void> =>
  ask({
    do: 'job',
    kind: 'restore',
    about: { backup: name, what, to, ...(unsafe && { safety: 'off' }) },
  })

const time = ({ at: taken }: SnapshotView) => ({ time: taken, style: 'full' }) as const

/** What has to be known of it before it is chosen. */
const kindOf = ({ safety, doubt }: SnapshotView): 'safety' | 'doubtful' | 'usual' => {
  if (safety) return 'safety'
  return doubt === undefined ? 'usual' : 'doubtful'
}

const lineOf = (one: SnapshotView, now: number): Text =>
  t('restore-snapshot', {
    id: { code: one.id },
    at: time(one),
    age: { span: Math.max(0, now - one.at) },
    sized: one.bytes === null ? 'no' : 'yes',
    size: formatSize(one.bytes ?? 0),
    doubt: one.doubt ?? '',
    kind: kindOf(one),
  })

/** The newest snapshots, a button each, and how to name another one. */
async function listOf(
  { house }: Conversation,
  { name, key, points }: BackupView,
): Promise<Message> {
  const all = await house.snapshots(name)
  const some = all.slice(0, shown)
  const how = line(points ? 'restore-how-points' : 'restore-how', { name })
  if (some.length === 0) return { blocks: [line('restore-empty', { name }), how] }
  const choices = some.map((one) => ({
    label: t('restore-button', { at: time(one), id: one.id, kind: kindOf(one) }),
    press: `${at}:${key}:${one.id}`,
  }))
  const list = some.map((one) => lineOf(one, house.now()))
  return {
    blocks: [line('restore-snapshots', { name, n: all.length }), { list }, how],
    buttons: rowsOf(choices),
  }
}

const fits = ({ press }: Button): boolean => new TextEncoder().encode(press).length <= longestPress

/** To the side first: it takes nothing away. */
function whereTo({ name, key }: BackupView, what: string): Message {
  const button = (to: Way, style: Button['style']): Button => ({
    label: t(`restore-to-${to}`),
    press: `${to}:${key}:${what}`,
    ...(style && { style }),
  })
  const buttons = [button('side', 'primary'), button('live', 'danger')]
  return {
    blocks: [line('restore-where', { name, what }), line('restore-where-how', { name, what })],
    ...(buttons.every(fits) && { buttons: [buttons] }),
  }
}
