import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import type { Message } from '../src/contract/message.ts'
import type { IncidentView } from '../src/contract/view.ts'
import { allOf, incidentLine, nameOf, openOf, worstFirst } from './shared/incident.ts'
import { incidentDetails } from './shared/incident-details.ts'
import { pick, rowsOf } from './shared/pick.ts'

export default defineHandler({
  kind: 'incidents',
  commands: {
    incidents: { role: 'viewer', about: 'What is wrong now' },
    ack: { role: 'operator', about: 'Take an incident', usage: '[NAME]', changes: true },
  },
  presses: { ack: { role: 'operator' }, details: { role: 'viewer' } },
  onCommand: (call) => (call.command === 'ack' ? acknowledge(call) : list(call)),
  onPress: (press) => (press.verb === 'ack' ? take(press) : details(press)),
})

const none: Message = { blocks: [line('incidents-none')] }

function list({ house, reply }: Call): void {
  const open = worstFirst(house.incidents())
  if (open.length === 0) return reply(none)
  const choices = open.map((incident) => ({
    label: t('button-details-of', { name: nameOf(incident) }),
    press: `details:${incident.id}`,
  }))
  reply({
    blocks: [line('incidents-open', { n: open.length }), { list: open.map(incidentLine) }],
    buttons: rowsOf(choices),
  })
}

function acknowledge(call: Call): void {
  const { house, args, reply } = call
  const open = worstFirst(house.incidents())
  const name = args.join(' ').toLowerCase()
  if (open.length === 0) return reply(none)
  if (name === '') {
    const free = open.filter(({ acknowledged }) => !acknowledged)
    if (free.length === 0) return reply({ blocks: [line('ack-all-taken')] })
    const choices = free.map((one) => ({ label: nameOf(one), press: `ack:${one.id}` }))
    return reply(pick(t('ack-which'), choices))
  }
  const exact = open.filter((one) => namesOf(one).includes(name) || name === 'all')
  const found = exact.length > 0 ? exact : shortened(open, name)
  if (found.length === 0) return reply(notFoundAmong(open, args.join(' ')))
  reply({ blocks: found.map((incident) => ({ line: taken(call, incident) })) })
}

const namesOf = ({ id, check, subject }: IncidentView): readonly string[] =>
  [String(id), check, `${check} ${subject}`].map((name) => name.toLowerCase())

/** Beginnings count as long as they can mean only one check. */
function shortened(open: readonly IncidentView[], name: string): readonly IncidentView[] {
  const found = open.filter(({ check }) => check.toLowerCase().startsWith(name))
  return new Set(found.map(({ check }) => check)).size === 1 ? found : []
}

function notFoundAmong(open: readonly IncidentView[], name: string): Message {
  const choices = open.map((one) => ({ label: nameOf(one), press: `ack:${one.id}` }))
  return { ...pick(t('ack-not-found', { name }), choices) }
}

function taken({ house, by }: Call | Press, incident: IncidentView) {
  const name = nameOf(incident)
  if (house.acknowledge(incident.id, by)) return t('ack-done', { name })
  const other = house.incident(incident.id)
  if (other?.endedAt !== undefined) return t('incident-over', { name })
  return t('ack-taken', { name, by: other?.acknowledged?.by ?? '?' })
}

/** Under a message that tells of several, the button takes them all. */
function take(press: Press): void {
  const incident = openOf(press)
  if (!incident) return
  const results = allOf(press, incident).map((one) => ({ one, text: taken(press, one) }))
  const done = results.filter(({ text }) => text.id === 'ack-done')
  const first = done[0] ?? results[0]
  if (first) press.answer(done.length > 1 ? t('ack-done-all', { n: done.length }) : first.text)
}

function details(press: Press): void {
  const incident = press.house.incident(Number(press.arg))
  if (!incident) {
    press.answer(t('incident-unknown'))
    return
  }
  for (const one of allOf(press, incident)) {
    press.reply(incidentDetails(one, press.house.attempts(one.id), press.by.role))
  }
}
