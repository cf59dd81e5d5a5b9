import { defineHandler } from '../src/contract/handler.ts'
import type { Call } from '../src/contract/handler.ts'
import { gap, line, t } from '../src/contract/message.ts'

export default defineHandler({
  kind: 'start',
  commands: {
    start: { role: 'viewer', about: 'Say hello' },
    help: { role: 'viewer', about: 'What I understand' },
  },
  onCommand: (call) => (call.command === 'start' ? greet(call) : help(call)),
})

async function greet({ house, by, reply }: Call): Promise<void> {
  const { checks, hosts, incidents } = await house.overview()
  const names = hosts.map(({ name }) => name).join(', ')
  reply({
    blocks: [
      line('start-hello', { name: by.name, role: by.role }),
      line('start-watching', { checks, hosts: names }),
      ...(incidents.length > 0 ? [line('start-wrong', { n: incidents.length })] : []),
      gap,
      line('start-next'),
    ],
  })
}

function help({ menu, reply }: Call): void {
  const list = menu.map(({ name, usage, about }) =>
    t('help-line', {
      command: usage === undefined ? `/${name}` : `/${name} ${usage}`,
      about: { id: `about-${name}`, pattern: about },
    }),
  )
  reply({ blocks: [line('help-title'), { list }, gap, line('help-names')] })
}
