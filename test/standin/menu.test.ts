import { describe, expect, it } from 'vitest'
import { asha, ben, group, open, refusal, stranger } from './support.ts'

const status = [{ command: 'status', description: 'How it is' }]
const lage = [{ command: 'status', description: 'Die Lage' }]
const named = (command: string) => [{ command, description: 'x' }]
const own = { type: 'chat', chat_id: asha } as const

describe('setMyCommands', () => {
  it('keeps a menu for every scope and language', async () => {
    await using tg = await open()
    await tg.api.setMyCommands(status, { scope: own })
    await tg.api.setMyCommands(lage, { scope: own, language_code: 'de' })
    expect(await tg.api.getMyCommands({ scope: own })).toEqual(status)
    expect(await tg.api.getMyCommands({ scope: own, language_code: 'de' })).toEqual(lage)
    expect(await tg.api.getMyCommands()).toEqual([])
    expect(tg.standin.menu(asha)).toEqual(lage)
    expect(tg.standin.menu(ben)).toEqual([])
    await tg.api.deleteMyCommands({ scope: own, language_code: 'de' })
    expect(tg.standin.menu(asha)).toEqual(status)
  })

  it('lets the more special scope win', async () => {
    await using tg = await open()
    await tg.api.setMyCommands(named('default'))
    await tg.api.setMyCommands(named('groups'), { scope: { type: 'all_group_chats' } })
    const scope = { type: 'chat_member', chat_id: group, user_id: asha } as const
    await tg.api.setMyCommands(named('member'), { scope })
    expect(tg.standin.menu(asha, group)).toEqual(named('member'))
    expect(tg.standin.menu(ben, group)).toEqual(named('groups'))
    expect(tg.standin.menu(ben)).toEqual(named('default'))
  })

  it.each([
    [[{ command: 'Status', description: 'x' }], {}, 'BOT_COMMAND_INVALID'],
    [[{ command: '', description: 'x' }], {}, 'command must be non-empty'],
    [[{ command: 'a'.repeat(33), description: 'x' }], {}, 'command length must not exceed 32'],
    [[{ command: 'a', description: '' }], {}, 'command description must be non-empty'],
    [
      [{ command: 'a', description: 'x'.repeat(257) }],
      {},
      'command description length must not exceed 256',
    ],
    [Array.from({ length: 101 }, () => status[0]), {}, 'BOT_COMMANDS_TOO_MUCH'],
    [status, { language_code: 'deu' }, 'invalid language code specified'],
    [status, { scope: { type: 'chat', chat_id: 42 } }, 'chat not found'],
    [status, { scope: { type: 'chat', chat_id: stranger } }, 'chat not found'],
    [status, { scope: { type: 'all' } }, "can't parse BotCommandScope: Unsupported type specified"],
  ])('refuses %j %j', async (commands, other: object, reason) => {
    await using tg = await open()
    const call = tg.api.setMyCommands(commands as typeof status, other)
    expect(await refusal(call)).toBe(`400 Bad Request: ${reason}`)
  })
})
