import { defineHandler } from '../src/contract/handler.ts'
import type { Call } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'

const usual = 30
const mostHistory = 100
const mostAudit = 2000
/** Above this many lines they come as a file. */
const inline = 40

export default defineHandler({
  kind: 'history',
  commands: {
    history: { role: 'viewer', about: 'What happened lately', usage: '[LINES]' },
    audit: { role: 'admin', about: 'Who did what', usage: '[LINES]' },
  },
  onCommand(call) {
    const [text = String(usual)] = call.args
    if (!/^[1-9]\d{0,6}$/.test(text)) return call.reply({ blocks: [line('bad-number', { text })] })
    const show = call.command === 'audit' ? audit : history
    show(call, Number(text))
  },
})

function history({ house, reply }: Call, lines: number): void {
  const events = house.history(Math.min(lines, mostHistory))
  if (events.length === 0) return reply({ blocks: [line('history-none')] })
  const list = events.map(({ at, text }) =>
    t('history-line', { at: { time: at }, text: { head: text } }),
  )
  reply({ blocks: [line('history-title'), { list }] })
}

function audit({ house, reply }: Call, lines: number): void {
  const entries = house.audit(Math.min(lines, mostAudit))
  if (entries.length === 0) return reply({ blocks: [line('audit-none')] })
  const title = line('audit-title')
  const list = entries
    .slice(0, inline)
    .map(({ at, who, what, result }) => t('audit-line', { at: { time: at }, who, what, result }))
  if (entries.length <= inline) return reply({ blocks: [title, { list }] })
  const rows = entries.map(({ at, who, what, result }) =>
    [new Date(at).toISOString(), who, what, result].join('\t'),
  )
  const file = { name: 'audit.tsv', text: `${rows.join('\n')}\n` }
  reply({ blocks: [title, { list: list.slice(0, 10) }, line('in-the-file')], file })
}
