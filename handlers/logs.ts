import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import type { Button, Message } from '../src/contract/message.ts'
import type { ServiceView } from '../src/contract/view.ts'
import { nameOf } from './shared/incident.ts'
import { errorsMessage } from './shared/log-errors.ts'
import { byKey, notFound, pick } from './shared/pick.ts'

const mostLines = 5000
/** What is looked through for errors where nobody says how much. */
const usualErrorLines = 2000
/** What a phone shows without endless scrolling; above it the lines come as a file. */
const inlineLines = 40
const inlineLength = 3000
const excerptLines = 10

export default defineHandler({
  kind: 'logs',
  commands: {
    logs: {
      role: 'operator',
      about: "The newest lines of a service's log, or its errors by pattern",
      usage: '[SERVICE] [LINES|errors]',
    },
  },
  presses: {
    logs: { role: 'operator' },
    'pick-logs': { role: 'operator' },
    'log-errors': { role: 'operator' },
  },
  onCommand: logs,
  onPress: (press) => (press.verb === 'logs' ? logsOf(press) : picked(press)),
})

const isNumber = (word: string): boolean => /^[1-9]\d{0,6}$/.test(word)

/** Also a part of the word, or its letters in disorder: `err`, `erors`. */
const meansErrors = (word: string): boolean => /^e[eros]{0,8}$/i.test(word)

async function logs(call: Call): Promise<void> {
  const { house, args, reply } = call
  const services = house.services()
  if (services.length === 0) return reply({ blocks: [line('services-none')] })
  const [name, ...rest] = args
  if (name === undefined) {
    const choices = services.map((one) => ({ label: one.name, press: `pick-logs:${one.key}` }))
    return reply(pick(t('logs-which'), choices))
  }
  const match = house.service(name)
  if (!match.found) return reply(notFound(name, match.nearest, 'pick-logs'))
  const { found } = match
  const odd = rest.find((one) => !isNumber(one) && !meansErrors(one))
  if (odd !== undefined)
    return reply({ blocks: [line('logs-usage', { text: odd, service: found.name })] })
  const count = rest.find(isNumber)
  const wanted = count === undefined ? undefined : Number(count)
  await (rest.some(meansErrors) ? showErrors(call, found, wanted) : show(call, found, wanted))
}

async function picked(press: Press): Promise<void> {
  const services = press.house.services()
  const name = byKey(
    services.map((one) => one.name),
    press.arg,
  )
  const service = services.find((one) => one.key === press.arg || one.name === name)
  if (!service) return press.answer(t('service-gone'))
  await (press.verb === 'log-errors' ? showErrors(press, service) : show(press, service))
}

/** Also of incidents that are over: that is when people ask why. */
async function logsOf(press: Press): Promise<void> {
  const incident = press.house.incident(Number(press.arg))
  if (!incident) return press.answer(t('incident-unknown'))
  if (incident.service === undefined) {
    return press.answer(t('no-service', { name: nameOf(incident) }))
  }
  const match = press.house.service(incident.service)
  if (!match.found) return press.answer(t('service-gone'))
  await show(press, match.found)
}

async function showErrors(talk: Conversation, service: ServiceView, wanted?: number) {
  const { house, reply } = talk
  const lines = Math.min(wanted ?? usualErrorLines, mostLines)
  const { name } = service
  reply(errorsMessage(name, await house.logErrors(name, lines)))
}

async function show(talk: Conversation, service: ServiceView, wanted?: number): Promise<void> {
  const { house, reply } = talk
  const { name } = service
  const lines = await house.logs(
    name,
    Math.min(wanted ?? house.config().defaultLogLines, mostLines),
  )
  if (lines.length === 0) return reply({ blocks: [line('logs-none', { service: name })] })
  reply({ ...linesMessage(name, lines), buttons: [[errorsButton(service)]] })
}

const errorsButton = ({ key }: ServiceView): Button => ({
  label: t('button-log-errors'),
  press: `log-errors:${key}`,
})

function linesMessage(service: string, lines: readonly string[]): Message {
  const title = t('logs-title', { service, n: lines.length })
  const length = lines.reduce((sum, text) => sum + text.length + 1, 0)
  if (lines.length <= inlineLines && length <= inlineLength) {
    return { blocks: [{ code: lines, title }] }
  }
  return {
    blocks: [{ code: lines.slice(-excerptLines), title }],
    file: { name: `${service}.log`, text: `${lines.join('\n')}\n` },
  }
}
