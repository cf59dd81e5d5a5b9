import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import { nameOf, openOf } from './shared/incident.ts'
import { byKey, notFound, pick } from './shared/pick.ts'

/** Nothing here restarts or fixes: it asks, and what is confirmed happens elsewhere. */
export default defineHandler({
  kind: 'restart',
  commands: { restart: { role: 'operator', about: 'Restart a service', usage: '[SERVICE]' } },
  presses: {
    restart: { role: 'operator' },
    'pick-restart': { role: 'operator' },
    fix: { role: 'operator' },
  },
  onCommand: restart,
  onPress: (press) => presses[press.verb]?.(press),
})

const presses: Readonly<Record<string, (press: Press) => Promise<void> | void>> = {
  restart: restartOf,
  'pick-restart': picked,
  fix,
}

async function restart({ house, args, reply, ask }: Call): Promise<void> {
  const name = args[0]
  const services = house.services()
  if (services.length === 0) return reply({ blocks: [line('services-none')] })
  if (name === undefined) {
    const choices = services.map((one) => ({ label: one.name, press: `pick-restart:${one.key}` }))
    return reply(pick(t('restart-which'), choices))
  }
  const match = house.service(name)
  if (!match.found) return reply(notFound(name, match.nearest, 'pick-restart'))
  await ask({ do: 'restart', service: match.found.name })
}

async function picked({ house, arg, ask, answer }: Press): Promise<void> {
  const services = house.services()
  const name = byKey(
    services.map((one) => one.name),
    arg,
  )
  const service = services.find((one) => one.key === arg || one.name === name)
  if (!service) return answer(t('service-gone'))
  await ask({ do: 'restart', service: service.name })
}

async function restartOf(press: Press): Promise<void> {
  const incident = openOf(press)
  if (!incident) return
  const { service, check, subject } = incident
  if (service === undefined) {
    press.answer(t('no-service', { name: nameOf(incident) }))
    return
  }
  // The copies of a service are numbered; its other subjects concern all of them.
  const isInstance = check === service && /^\d+$/.test(subject)
  await press.ask({ do: 'restart', service, ...(isInstance && { instance: subject }) })
}

async function fix(press: Press): Promise<void> {
  const incident = openOf(press)
  // The house makes the plan, and the confirmation is about that one.
  if (incident) await press.ask({ do: 'fix', incident: incident.id, plan: '' })
}
