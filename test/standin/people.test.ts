import { describe, expect, it } from 'vitest'
import { asha, ben, forum, group, open, refusal, stranger } from './support.ts'

describe('say', () => {
  it('marks commands, mentions and links', async () => {
    await using tg = await open()
    tg.standin.say(asha, '/silence@mechanic_bot disk @ben https://a.example/x')
    expect(await tg.api.getUpdates()).toMatchObject([
      {
        message: {
          from: { id: asha, language_code: 'de' },
          entities: [
            { type: 'bot_command', offset: 0, length: 21 },
            { type: 'mention', offset: 27, length: 4 },
            { type: 'url', offset: 32, length: 19 },
          ],
        },
      },
    ])
  })

  it('is pressing Start', async () => {
    await using tg = await open()
    tg.standin.say(stranger, '/start')
    await tg.api.sendMessage(stranger, 'hello')
  })

  it('carries what makes a message doubtful', async () => {
    await using tg = await open()
    const old = tg.clock.now() / 1000 - 600
    tg.standin.say(asha, '/a', { date: old })
    tg.standin.say(asha, '/b', { forwarded: true })
    tg.standin.say(asha, '/c', { chatId: forum, anonymous: true, topic: 7 })
    tg.standin.say(asha, '/d', { chatId: forum, channel: -1_009_000_000_001 })
    expect(await tg.api.getUpdates()).toMatchObject([
      { message: { date: old } },
      { message: { forward_origin: { type: 'hidden_user' } } },
      {
        message: { from: { id: 1_087_968_824 }, sender_chat: { id: forum }, message_thread_id: 7 },
      },
      { message: { sender_chat: { type: 'channel' } } },
    ])
  })

  it('edits', async () => {
    await using tg = await open()
    const { message_id } = tg.standin.say(asha, '/statu')
    tg.standin.say(asha, '/status', { edited: message_id })
    const [, update] = await tg.api.getUpdates()
    expect(update).toMatchObject({
      edited_message: { message_id, text: '/status', edit_date: tg.clock.now() / 1000 },
    })
  })

  it('posts in a channel without a sender', async () => {
    await using tg = await open()
    const id = -1_002_000_000_009
    tg.standin.addGroup({ id, title: 'News', channel: true, members: [asha], bot: 'administrator' })
    tg.standin.say(asha, '/status', { chatId: id })
    const [update] = await tg.api.getUpdates()
    expect(update?.channel_post).toMatchObject({ chat: { type: 'channel' }, text: '/status' })
    expect(update?.channel_post).not.toHaveProperty('from')
  })

  it('is impossible where the person is not', async () => {
    await using tg = await open()
    expect(() => tg.standin.say(stranger, 'x', { chatId: group })).toThrow('not in chat')
    expect(() => tg.standin.say(asha, 'x', { chatId: 42 })).toThrow('no chat 42')
  })
})

describe('privacy mode', () => {
  it('hides the talk of a group from a plain member', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendMessage(group, 'hello')
    tg.standin.say(asha, 'just talk', { chatId: group })
    tg.standin.say(asha, '/status@other_bot', { chatId: group })
    tg.standin.say(asha, '/status', { chatId: group })
    tg.standin.say(asha, 'hey @mechanic_bot', { chatId: group })
    tg.standin.say(asha, 'thanks', { chatId: group, replyTo: message_id })
    tg.standin.say(asha, 'talk', { chatId: forum })
    const heard = (await tg.api.getUpdates()).map((update) => update.message?.text)
    expect(heard).toEqual(['/status', 'hey @mechanic_bot', 'thanks', 'talk'])
  })
})

describe('a person who blocks the bot', () => {
  it('gets nothing until they unblock it', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendMessage(asha, 'x')
    tg.standin.block(asha)
    const blocked = '403 Forbidden: bot was blocked by the user'
    expect(await refusal(tg.api.sendMessage(asha, 'x'))).toBe(blocked)
    expect(await refusal(tg.api.editMessageText(asha, message_id, 'y'))).toBe(blocked)
    expect(() => tg.standin.say(asha, 'x')).toThrow('has blocked the bot')
    tg.standin.unblock(asha)
    await tg.api.sendMessage(asha, 'x')
    expect(await tg.api.getUpdates()).toMatchObject([
      { my_chat_member: { new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { new_chat_member: { status: 'member' } } },
    ])
  })
})

describe('groups', () => {
  it('throw the bot out and take it in again', async () => {
    await using tg = await open()
    tg.standin.kick(group, asha)
    expect(await refusal(tg.api.sendMessage(group, 'x'))).toBe(
      '403 Forbidden: bot was kicked from the group chat',
    )
    tg.standin.say(asha, '/status', { chatId: group })
    tg.standin.invite(group, ben)
    await tg.api.sendMessage(group, 'x')
    expect(await tg.api.getUpdates()).toMatchObject([
      { my_chat_member: { from: { id: asha }, new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { from: { id: ben }, new_chat_member: { status: 'member' } } },
      { message: { new_chat_members: [{ username: 'mechanic_bot' }] } },
    ])
  })

  it('are left', async () => {
    await using tg = await open()
    await tg.api.leaveChat(forum)
    expect(await refusal(tg.api.sendMessage(forum, 'x'))).toBe(
      '403 Forbidden: bot is not a member of the supergroup chat',
    )
    expect(await refusal(tg.api.leaveChat(asha))).toBe(
      "400 Bad Request: chat member status can't be changed in private chats",
    )
  })

  it('become supergroups', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendMessage(group, 'x')
    const next = tg.standin.migrate(group)
    const answer = await tg.api.sendMessage(group, 'x').catch((error: unknown) => error)
    expect(answer).toMatchObject({
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: next },
    })
    expect(await refusal(tg.api.editMessageText(group, message_id, 'y'))).toBe(
      "400 Bad Request: message can't be edited",
    )
    expect(await tg.api.sendMessage(next, 'x')).toMatchObject({
      message_id: 2,
      chat: { type: 'supergroup', title: 'Ops' },
    })
    expect(await tg.api.getUpdates()).toMatchObject([
      { message: { chat: { id: group }, migrate_to_chat_id: next } },
      { message: { chat: { id: next }, migrate_from_chat_id: group } },
    ])
  })

  it('let only an administrator pin in supergroups', async () => {
    await using tg = await open()
    const id = -1_002_000_000_002
    tg.standin.addGroup({ id, title: 'Big', members: [asha] })
    const { message_id } = await tg.api.sendMessage(id, 'x')
    expect(await refusal(tg.api.pinChatMessage(id, message_id))).toBe(
      '400 Bad Request: not enough rights to manage pinned messages in the chat',
    )
    await tg.api.pinChatMessage(forum, (await tg.api.sendMessage(forum, 'x')).message_id)
  })

  it('know their members', async () => {
    await using tg = await open()
    expect(await tg.api.getChatMember(group, asha)).toMatchObject({ status: 'member' })
    expect(await tg.api.getChatMember(group, stranger)).toMatchObject({ status: 'left' })
    expect(await tg.api.getChatMember(forum, 1_000_000_001)).toMatchObject({
      status: 'administrator',
    })
    expect(await refusal(tg.api.getChatMember(group, 77))).toBe('400 Bad Request: member not found')
  })
})
