import { defineHandler } from '../src/contract/handler.ts'
import { gap, line, t } from '../src/contract/message.ts'
import type { Block, Text } from '../src/contract/message.ts'
import type { Settings } from '../src/contract/view.ts'

export default defineHandler({
  kind: 'settings',
  commands: { settings: { role: 'admin', about: 'How I am set up' } },
  onCommand: ({ house, reply }) => reply({ blocks: blocksOf(house.settings(), house.now()) }),
})

function blocksOf(settings: Settings, now: number): readonly Block[] {
  const { version, configFile, loadedAt, timezone, language, quietHours, heartbeat } = settings
  return [
    line('settings-title', { version }),
    ...(settings.problem === undefined
      ? []
      : [line('settings-problem', { why: settings.problem })]),
    line('settings-config', { file: configFile, at: { time: loadedAt } }),
    line('settings-zone', { zone: timezone, language }),
    quietLine(quietHours),
    line('settings-heartbeat', { ...heartbeat }),
    line('settings-process', {
      up: { span: now - settings.startedAt },
      memory: { value: settings.memory, unit: 'bytes' },
    }),
    gap,
    line('settings-operators'),
    { list: settings.operators.map(operatorText) },
  ]
}

const weekdays = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

function quietLine(hours: Settings['quietHours']): Block {
  if (!hours) return line('settings-no-quiet')
  const { from, to, days } = hours
  const on = days?.map((day) => weekdays[day] ?? '').join(', ')
  return on === undefined
    ? line('settings-quiet', { from, to })
    : line('settings-quiet-days', { from, to, on })
}

type Person = Settings['operators'][number]

function operatorText({ id, name, role, reachable }: Person): Text {
  const args = { name, role, id: String(id) }
  return t(reachable === false ? 'settings-unreachable' : 'settings-operator', args)
}
