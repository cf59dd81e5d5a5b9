import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import { nameOf } from './shared/incident.ts'
import { byKey, notFound, pick } from './shared/pick.ts'

const mostLines = 5000
/** What a phone shows without endless scrolling; above it the lines come as a file. */
const inlineLines = 40
const inlineLength = 3000
const excerptLines = 10

export default defineHandler({
  kind: 'logs',
  commands: {
    logs: {
      role: 'operator',
      about: "The newest lines of a service's log",
      usage: '[SERVICE] [LINES]',
    },
  },
  presses: { logs: { role: 'operator' }, 'pick-logs': { role: 'operator' } },
  onCommand: logs,
  onPress: (press) => (press.verb === 'logs' ? logsOf(press) : picked(press)),
})

async function logs(call: Call): Promise<void> {
  const { house, args, reply } = call
  const services = house.services()
  if (services.length === 0) return reply({ blocks: [line('services-none')] })
  const [name, count] = args
  if (name === undefined) {
    const choices = services.map((one) => ({ label: one.name, press: `pick-logs:${one.key}` }))
    return reply(pick(t('logs-which'), choices))
  }
  const match = house.service(name)
  if (!match.found) return reply(notFound(name, match.nearest, 'pick-logs'))
  if (count !== undefined && !/^[1-9]\d{0,6}$/.test(count)) {
    return reply({ blocks: [line('bad-number', { text: count })] })
  }
  await show(call, match.found.name, count === undefined ? undefined : Number(count))
}

async function picked(press: Press): Promise<void> {
  const services = press.house.services()
  const name = byKey(
    services.map((one) => one.name),
    press.arg,
  )
  const service = services.find((one) => one.key === press.arg || one.name === name)
  if (!service) return press.answer(t('service-gone'))
  await show(press, service.name)
}

/** Also of incidents that are over: that is when people ask why. */
async function logsOf(press: Press): Promise<void> {
  const incident = press.house.incident(Number(press.arg))
  if (!incident) return press.answer(t('incident-unknown'))
  if (incident.service === undefined) {
    return press.answer(t('no-service', { name: nameOf(incident) }))
  }
  await show(press, incident.service)
}

async function show(talk: Conversation, service: string, wanted?: number): Promise<void> {
  const { house, reply } = talk
  const lines = await house.logs(
    service,
    Math.min(wanted ?? house.config().defaultLogLines, mostLines),
  )
  if (lines.length === 0) return reply({ blocks: [line('logs-none', { service })] })
  const title = t('logs-title', { service, n: lines.length })
  const length = lines.reduce((sum, text) => sum + text.length + 1, 0)
  if (lines.length <= inlineLines && length <= inlineLength) {
    return reply({ blocks: [{ code: lines, title }] })
  }
  reply({
    blocks: [{ code: lines.slice(-excerptLines), title }],
    file: { name: `${service}.log`, text: `${lines.join('\n')}\n` },
  })
}
