import type { Config } from '../../config/types.ts'
import { BotFault } from './bot-api.ts'
import type { Machine } from './machine.ts'
import type { Operators } from './operator.ts'
import type { InitOutside } from './outside.ts'
import type { Bot } from './token.ts'

interface Told {
  readonly bot: Bot
  readonly operators: Operators
  readonly config: Config
  readonly machine: Machine
}

/** The built-in checks watch for what may come, too: a machine without swap has a swap check. */
const isHere = (kind: string, { memory, disks, systemd, pm2 }: Machine): boolean => {
  if (kind === 'swap') return memory.swapTotal > 0
  if (kind === 'disk') return disks.length > 0
  if (kind === 'systemd') return systemd !== null
  return kind !== 'startup' || pm2
}

/** The first message: what is watched, and how a rehearsed fix went. */
export async function hello(
  outside: InitOutside,
  { bot, operators, config, machine }: Told,
): Promise<void> {
  const { questions, words } = outside
  const checks = config.checks.filter(({ kind }) => isHere(kind, machine))
  const names = (list: readonly { readonly name: string }[]): string =>
    list.map(({ name }) => name).join(', ')
  const rehearsed = await outside.rehearse?.()
  const lines = [
    words.plain({ id: 'init-hello' }),
    words.plain({ id: 'init-checks', args: { names: names(checks) } }),
    ...(config.services.length > 0
      ? [words.plain({ id: 'init-services', args: { names: names(config.services) } })]
      : []),
    ...(rehearsed === undefined ? [] : [rehearsed]),
    words.plain({ id: 'init-hint' }),
  ]
  if (rehearsed !== undefined) questions.say(`  ${rehearsed}`)
  const [admin = 0] = operators.ids
  try {
    await bot.api.send(admin, lines.join('\n'), questions.cancelled)
    questions.say('  ✅ Sent. Look at Telegram.')
  } catch (error) {
    if (!(error instanceof BotFault)) throw error
    questions.say(`  ❌ ${admin} could not be written to: ${error.message}.`)
    questions.say(`  A bot writes only to who pressed Start: https://t.me/${bot.me.username}`)
  }
}
