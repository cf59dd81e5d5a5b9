import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import type { Text } from '../src/contract/message.ts'
import { parseDuration } from '../src/contract/units.ts'
import { checkNames } from './shared/check.ts'
import { openOf } from './shared/incident.ts'
import { silenceLine } from './shared/overview.ts'
import { byKey, keyOf, notFound, pick } from './shared/pick.ts'

const hour = 3_600_000
/** Offered where no duration was given. */
const offered = ['30m', '1h', '4h', '24h']
const everything = 'all'

export default defineHandler({
  kind: 'silence',
  commands: {
    silence: {
      role: 'operator',
      about: 'Tell nothing of a check for a while',
      usage: 'NAME DURATION',
      changes: true,
    },
    unsilence: { role: 'operator', about: 'Tell of it again', usage: '[NAME]', changes: true },
  },
  presses: {
    silence: { role: 'operator' },
    'pick-silence': { role: 'operator' },
    'silence-for': { role: 'operator' },
    unsilence: { role: 'operator' },
  },
  onCommand: (call) => (call.command === 'unsilence' ? unsilence(call) : silence(call)),
  onPress: (press) => presses[press.verb]?.(press),
})

const presses: Readonly<Record<string, (press: Press) => void>> = {
  silence: silenceIncident,
  'pick-silence': (press) => offerDurations(press, byKey(names(press), press.arg) ?? press.arg),
  'silence-for': silenceFor,
  unsilence: (press) => press.answer(lift(press, press.arg)),
}

const names = (talk: Conversation): readonly string[] => [everything, ...checkNames(talk)]

function silence(call: Call): void {
  const { args, reply } = call
  const first = args[0]
  if (first === undefined) {
    // Silencing everything is the last thing to offer, not the first.
    const [all = everything, ...checks] = names(call)
    const choices = [...checks.slice(0, 23), all].map((name) => ({
      label: name === everything ? t('silence-all') : name,
      press: `pick-silence:${keyOf(name)}`,
    }))
    return reply(pick(t('silence-which'), choices))
  }
  const swapped = parseDuration(first) !== null && args.length === 2
  const [name = '', ...rest] = swapped ? args.toReversed() : args
  const match = resolve(call, name)
  if (match === undefined) return
  if (rest.length === 0) return offerDurations(call, match)
  const ms = parseDuration(rest.join(' '))
  if (ms === null || ms <= 0)
    return reply({ blocks: [line('silence-bad', { text: rest.join(' ') })] })
  reply({ blocks: [{ line: done(call, match, ms) }] })
}

/** The full name; otherwise says what comes near. */
function resolve(talk: Conversation, name: string): string | undefined {
  if (name.toLowerCase() === everything) return everything
  const match = talk.house.check(name)
  if (match.found) return match.found[0]?.name
  talk.reply(notFound(name, match.nearest, 'pick-silence'))
  return undefined
}

function offerDurations(talk: Conversation, name: string): void {
  const choices = offered.map((text) => ({
    label: text,
    press: `silence-for:${text}:${keyOf(name)}`,
  }))
  talk.reply(pick(t('silence-how-long', { name: titled(name) }), choices))
}

function silenceFor(press: Press): void {
  const [, text = '', key = ''] = /^([^:]*):(.*)$/s.exec(press.arg) ?? []
  const name = byKey(names(press), key)
  const ms = parseDuration(text)
  press.answer(name === undefined || ms === null ? t('button-unknown') : done(press, name, ms))
}

function silenceIncident(press: Press): void {
  const incident = openOf(press)
  if (incident) press.answer(done(press, incident.check, hour))
}

function done({ house, by }: Conversation, name: string, ms: number): Text {
  const { until } = house.silence(name, ms, by)
  return t('silence-done', { name: titled(name), until: { time: until } })
}

const titled = (name: string): Text | string => (name === everything ? t('everything') : name)

function unsilence(call: Call): void {
  const { house, args, reply } = call
  const silences = house.silences()
  if (silences.length === 0) return reply({ blocks: [line('unsilence-none')] })
  const name = args[0]
  if (name !== undefined) return reply({ blocks: [{ line: lift(call, name) }] })
  const choices = silences.map(({ check }) => ({
    label: check === everything ? t('silence-all') : check,
    press: `unsilence:${keyOf(check)}`,
  }))
  const lines = silences.map(({ check, until, by }) => silenceLine(check, until, by))
  const { buttons = [] } = pick(t('unsilence-which'), choices)
  reply({ blocks: [line('unsilence-which'), ...lines], buttons })
}

/** By full name, by an unambiguous beginning, or by the key of a button. */
function lift({ house, by }: Conversation, text: string): Text {
  const current = house.silences().map(({ check }) => check)
  const begin = current.filter((name) => name.toLowerCase().startsWith(text.toLowerCase()))
  const name =
    byKey(current, text) ??
    current.find((one) => one.toLowerCase() === text.toLowerCase()) ??
    (begin.length === 1 ? begin[0] : undefined)
  if (name === undefined || !house.unsilence(name, by)) return t('unsilence-not', { name: text })
  return t('unsilence-done', { name: titled(name) })
}
