import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Press } from '../src/contract/handler.ts'
import { line } from '../src/contract/message.ts'
import type { Conversation } from '../src/contract/handler.ts'
import { byHealth, checkLine, checkRow, healthOf } from './shared/check.ts'
import { checkDetails } from './shared/check-details.ts'
import { hostBlocks, overviewBlocks } from './shared/overview.ts'
import { byKey, notFound } from './shared/pick.ts'

/** Above this many lines the list goes into a file. */
const mostLines = 40

export default defineHandler({
  kind: 'status',
  commands: {
    status: { role: 'viewer', about: 'How everything is', usage: '[NAME]' },
    checks: { role: 'viewer', about: 'Every check and its last value' },
  },
  presses: { 'pick-status': { role: 'viewer' } },
  onCommand: (call) => (call.command === 'checks' ? checks(call) : status(call)),
  onPress: picked,
})

async function status(call: Call): Promise<void> {
  const name = call.args[0]
  const overview = await call.house.overview()
  if (name === undefined)
    return call.reply({ blocks: overviewBlocks(overview, call.house.backups()) })
  const host = overview.hosts.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (host) return call.reply({ blocks: hostBlocks(host, overview) })
  details(call, name)
}

function details(talk: Conversation, name: string): void {
  const match = talk.house.check(name)
  if (!match.found) return talk.reply(notFound(name, match.nearest, 'pick-status'))
  const found = match.found[0]?.name
  const service = talk.house.services().find((one) => one.name === found)
  talk.reply(checkDetails(match.found, service, talk.by.role))
}

function picked(press: Press): void {
  const names = press.house.checks().map(({ name }) => name)
  details(press, byKey(names, press.arg) ?? press.arg)
}

function checks({ house, reply }: Call): void {
  const all = house.checks().toSorted(byHealth)
  if (all.length === 0) return reply({ blocks: [line('checks-none')] })
  const wrong = all.filter((check) => healthOf(check) === 'bad')
  const title = line('checks-title', { n: all.length, wrong: wrong.length })
  if (all.length <= mostLines) return reply({ blocks: [title, { list: all.map(checkLine) }] })
  const list = wrong.length > 0 ? [{ list: wrong.map(checkLine) }] : []
  const text = `${all.map(checkRow).join('\n')}\n`
  reply({ blocks: [title, ...list, line('in-the-file')], file: { name: 'checks.txt', text } })
}
