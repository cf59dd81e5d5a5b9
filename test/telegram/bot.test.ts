import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import { defineHandler } from '../../src/contract/handler.ts'
import type { Handler } from '../../src/contract/handler.ts'
import type { Outcome } from '../../src/contract/house.ts'
import { line, verbatim } from '../../src/contract/message.ts'
import { createStandin } from '../../src/standin/standin.ts'
import type { Standin, StoredMessage } from '../../src/standin/standin.ts'
import { createTelegram } from '../../src/telegram/bot.ts'
import type { Telegram } from '../../src/telegram/bot.ts'
import cancel from '../../handlers/cancel.ts'
import restart from '../../handlers/restart.ts'
import silence from '../../handlers/silence.ts'
import status from '../../handlers/status.ts'
import { fakeHouse } from '../handlers/house.ts'
import type { FakeHouse } from '../handlers/house.ts'
import {
  asha,
  ben,
  english,
  manualClock,
  memoryLog,
  memoryPort,
  noon,
  settled,
  until,
  viv,
} from './support.ts'
import type { ManualClock, MemoryPort } from './support.ts'

const eve = 666
const group = -5001

interface Opened extends AsyncDisposable {
  readonly standin: Standin
  readonly clock: ManualClock
  readonly port: MemoryPort
  readonly house: FakeHouse
  readonly log: ReturnType<typeof memoryLog>
  readonly conflicts: boolean[]
  telegram: Telegram
  /** A new bot on the same store, as after a crash. */
  restart(): Promise<void>
}

/** A bot in front of the stand-in, with everything but the store and the house real. */
async function open(more: readonly Handler[] = [], chat = asha.id): Promise<Opened> {
  const clock = manualClock()
  const unlimited = { burst: Infinity, perSecond: 1 }
  const standin = createStandin({ clock, limits: { privateChat: unlimited, group: unlimited } })
  for (const { id, name } of [asha, ben, viv]) standin.addUser({ id, name })
  standin.addUser({ id: eve, name: 'Eve' })
  standin.addGroup({ id: group, title: 'Ops', members: [asha.id, ben.id, eve] })
  const port = memoryPort()
  const house = fakeHouse(clock.now)
  const log = memoryLog()
  const conflicts: boolean[] = []
  const apiRoot = await standin.start()
  const begin = async (): Promise<Telegram> => {
    const telegram = createTelegram({
      ...{ token: standin.token, apiRoot, clock, log, port },
      words: english(clock.now),
      handlers: [status, restart, silence, cancel, ...more],
      house: () => house,
      operators: () => [asha, ben, viv],
      chat: () => ({ id: chat }),
      onConflict: (conflict) => conflicts.push(conflict),
    })
    telegram.start()
    await standin.waitForPoll()
    return telegram
  }
  const opened: Opened = {
    ...{ standin, clock, port, house, log, conflicts },
    telegram: await begin(),
    async restart() {
      const stopped = opened.telegram.stop(0)
      clock.advance(0)
      await stopped
      opened.telegram = await begin()
    },
    async [Symbol.asyncDispose]() {
      const stopped = opened.telegram.stop(0)
      clock.advance(0)
      await stopped
      await standin.stop()
    },
  }
  return opened
}

const reads =
  (...parts: string[]) =>
  ({ text }: StoredMessage): boolean =>
    parts.every((part) => text.includes(part))

/** Time goes by in steps that a long poll survives, until the bot listens again. */
async function later({ clock, standin }: Opened, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10_000) {
    clock.advance(Math.min(left, 10_000))
    await settled()
  }
  const listens = (): Promise<boolean> => standin.waitForPoll(20).catch(() => false)
  while (!(await listens())) clock.advance(1000)
}

/** Confirms that the bot says nothing: whoever is asked afterwards is answered first. */
async function silent({ standin }: Opened, chat: number): Promise<void> {
  const before = standin.messages(chat).filter(({ byBot }) => byBot).length
  standin.say(asha.id, '/checks')
  await standin.waitFor(reads('checks'))
  const after = standin.messages(chat).filter(({ byBot }) => byBot).length
  expect(after).toBe(before + (chat === asha.id ? 1 : 0))
}

describe('who is heard', () => {
  test('an operator gets an answer, without sound', async () => {
    await using opened = await open()
    opened.standin.say(asha.id, '/status')
    const answer = await opened.standin.waitFor(
      reads('All is well', 'cpu', 'memory', 'load', 'disk'),
    )
    expect(answer).toMatchObject({ chat: { id: asha.id }, disable_notification: true })
    expect(opened.port.audits).toEqual([{ who: 'Asha', what: '/status', result: 'done' }])
  })

  test('a stranger gets none, and neither does what an operator forwards or edits', async () => {
    await using opened = await open()
    const { standin, port } = opened
    standin.say(eve, '/status')
    const own = standin.say(ben.id, '/status', { forwarded: true })
    standin.say(ben.id, '/checks', { edited: own.message_id })
    standin.forge(eve, eve, 1, 'ack:1')
    await silent(opened, eve)
    expect(port.strangers).toEqual([
      { id: eve, what: 'command /status' },
      { id: ben.id, what: 'forwarded message' },
      { id: ben.id, what: 'edited message' },
      { id: eve, what: 'button' },
    ])
    expect(standin.calls.filter(({ method }) => method === 'answerCallbackQuery')).toEqual([])
    await silent(opened, ben.id)
  })

  test('a group that is not configured is left', async () => {
    await using opened = await open()
    opened.standin.say(asha.id, '/status', { chatId: group })
    await opened.standin.waitForCall(({ method }) => method === 'leaveChat')
    expect(opened.port.strangers[0]?.what).toContain(String(group))
  })

  test('the configured group is answered there; its commands for other bots are not', async () => {
    await using opened = await open([], group)
    const { standin } = opened
    standin.say(ben.id, '/checks@mechanic_bot', { chatId: group })
    await standin.waitFor((message) => message.chat.id === group && message.text.includes('checks'))
    standin.say(ben.id, '/checks@other_bot', { chatId: group })
    standin.say(ben.id, '/nonsense', { chatId: group })
    await silent(opened, group)
  })
})

describe('commands', () => {
  test('unknown ones get the nearest, other words a hint', async () => {
    await using opened = await open()
    opened.standin.say(viv.id, '/statsu')
    await opened.standin.waitFor(reads('There is no /statsu. Did you mean /status?'))
    opened.standin.say(viv.id, 'hello')
    await opened.standin.waitFor(reads('I only understand commands'))
  })

  test('need their role', async () => {
    await using opened = await open()
    opened.standin.say(viv.id, '/restart web')
    await opened.standin.waitFor(reads('❌ /restart needs the role operator; yours is viewer.'))
    expect(opened.port.audits.at(-1)?.result).toBe('refused: needs operator')
  })

  test('too many a minute are told off once, then ignored', async () => {
    await using opened = await open()
    const { standin, port } = opened
    for (let i = 0; i < 24; i++) standin.say(ben.id, '/checks')
    await until(() => port.audits.length === 24)
    expect(port.audits.filter(({ result }) => result === 'too fast').length).toBe(4)
    for (let i = 0; i < 30; i++) {
      await settled(5)
      opened.clock.advance(1000)
    }
    const told = standin.messages(ben.id).filter(reads('Too fast'))
    expect(told.length).toBe(1)
  })

  test('a slow one delays nobody', async () => {
    let finish = (): void => undefined
    const slow = defineHandler({
      kind: 'slow',
      commands: { slow: { role: 'viewer', about: 'Takes its time' } },
      onCommand: ({ reply }) =>
        new Promise((resolve) => {
          finish = () => {
            reply({ blocks: [{ line: verbatim('at last') }] })
            resolve()
          }
        }),
    })
    await using opened = await open([slow])
    opened.standin.say(asha.id, '/slow')
    opened.standin.say(asha.id, '/checks')
    opened.standin.say(ben.id, '/checks')
    await opened.standin.waitFor(
      (message) => message.chat.id === asha.id && reads('checks')(message),
    )
    await opened.standin.waitFor(
      (message) => message.chat.id === ben.id && reads('checks')(message),
    )
    finish()
    await opened.standin.waitFor(reads('at last'))
  })

  test('errors meant for the operator are shown, faults are named and logged', async () => {
    const failing = defineHandler({
      kind: 'failing',
      commands: { no: { role: 'viewer', about: 'x' }, bug: { role: 'viewer', about: 'x' } },
      onCommand: ({ command }) => {
        if (command === 'bug') throw new TypeError('internal detail')
        throw new OperatorError('The disk is full', 'Free some')
      },
    })
    await using opened = await open([failing])
    opened.standin.say(asha.id, '/no')
    await opened.standin.waitFor(reads('❌ The disk is full', '👉 Free some'))
    opened.standin.say(asha.id, '/bug')
    const answer = await opened.standin.waitFor(reads('❌ /bug failed'))
    expect(answer.text).not.toContain('internal detail')
    expect(opened.log.lines.some(({ message }) => message === 'command failed')).toBe(true)
  })

  test('that change something and come late are asked about again', async () => {
    await using opened = await open()
    const { standin, clock, house } = opened
    const date = noon / 1000 - 600
    standin.say(asha.id, '/silence disk 1h', { date })
    const question = await standin.waitFor(reads('Run /silence disk 1h?', '10 min'))
    expect(house.state.silences).toEqual([])
    standin.press(asha.id, question, 'Run /silence disk 1h')
    await standin.waitFor(reads('✅ Silenced disk until'))
    expect(house.state.silences).toMatchObject([{ check: 'disk', until: clock.now() + 3_600_000 }])
  })

  test('that change nothing are answered whatever their age', async () => {
    await using opened = await open()
    opened.standin.say(asha.id, '/checks', { date: noon / 1000 - 600 })
    await opened.standin.waitFor(reads('checks'))
  })
})

describe('confirmations', () => {
  const asked = async (opened: Opened, user = asha.id): Promise<StoredMessage> => {
    const { message_id: before } = opened.standin.say(user, '/restart web')
    return opened.standin.waitFor(
      (message) =>
        message.chat.id === user &&
        message.message_id > before &&
        reads('pm2 restart web', 'Good for 2 minutes')(message),
    )
  }

  test('show what will happen, then do it once, in place', async () => {
    await using opened = await open()
    const { standin, house } = opened
    const question = await asked(opened)
    expect(
      question.reply_markup?.inline_keyboard?.flat().map(({ text, style }) => [text, style]),
    ).toEqual([
      ['Restart · web', 'danger'],
      ['Cancel', undefined],
    ])
    expect(house.performed).toEqual([])
    const first = standin.press(asha.id, question, 'Restart · web')
    const second = standin.press(asha.id, question, 'Restart · web')
    expect((await standin.waitForAnswer(first)).text).toBe('On it')
    expect((await standin.waitForAnswer(second)).text).toContain('already confirmed')
    const outcome = await standin.waitFor(reads('✅ Restarted web'))
    expect(outcome.message_id).toBe(question.message_id)
    expect(outcome.versions.map(({ text }) => text)).toContainEqual('⏳ Restarting web…')
    expect(outcome.reply_markup?.inline_keyboard ?? []).toEqual([])
    expect(house.performed).toMatchObject([
      { action: { do: 'restart', service: 'web' }, by: 'Asha' },
    ])
    expect(opened.port.audits.map(({ result }) => result)).toEqual([
      'done',
      'confirmed',
      'refused: confirm-used',
    ])
  })

  test('belong to who asked', async () => {
    await using opened = await open()
    const question = await asked(opened)
    const foreign = opened.standin.forge(ben.id, asha.id, question.message_id, pressOf(question))
    expect((await opened.standin.waitForAnswer(foreign)).text).toContain('belongs to Asha')
    expect(opened.house.performed).toEqual([])
    opened.standin.press(asha.id, question, 'Restart · web')
    await opened.standin.waitFor(reads('✅ Restarted web'))
  })

  test('two people asking at once have one each', async () => {
    await using opened = await open()
    const [mine, theirs] = [await asked(opened), await asked(opened, ben.id)]
    opened.standin.press(ben.id, theirs, 'Restart · web')
    await opened.standin.waitFor((message) => message.chat.id === ben.id && reads('✅')(message))
    opened.standin.press(asha.id, mine, 'Cancel')
    await opened.standin.waitFor(reads('Cancelled: Restart · web. Nothing was done.'))
    expect(opened.house.performed.map(({ by }) => by)).toEqual(['Ben'])
  })

  test('expire by their age when the press arrives', async () => {
    await using opened = await open()
    const question = await asked(opened)
    await later(opened, 120_001)
    const late = opened.standin.press(asha.id, question, 'Restart · web')
    expect((await opened.standin.waitForAnswer(late)).text).toContain('Expired')
    await opened.standin.waitFor(reads('⌛ Expired: Restart · web'))
    expect(opened.house.performed).toEqual([])
    expect(opened.port.talks.size).toBe(0)
  })

  test('that nobody answers are closed by the sweep', async () => {
    await using opened = await open()
    await asked(opened)
    await settled()
    opened.telegram.sweep(opened.clock.now() + 119_999)
    expect([...opened.port.rows.values()][0]?.state).toBe('waiting')
    opened.telegram.sweep(opened.clock.now() + 120_000)
    await opened.standin.waitFor(reads('⌛ Expired'))
    expect(opened.port.talks.size).toBe(0)
  })

  test('survive a restart of the bot, and still work once', async () => {
    await using opened = await open()
    const question = await asked(opened)
    await opened.restart()
    opened.standin.press(asha.id, question, 'Restart · web')
    await opened.standin.waitFor(reads('✅ Restarted web'))
    await opened.restart()
    const again = opened.standin.forge(asha.id, asha.id, question.message_id, pressOf(question))
    expect((await opened.standin.waitForAnswer(again)).text).toContain('already confirmed')
    expect(opened.house.performed.length).toBe(1)
  })

  test('whose talk an earlier version held are closed, not guessed', async () => {
    await using opened = await open()
    const question = await asked(opened)
    for (const key of opened.port.talks.keys()) {
      opened.port.talks.set(key, '{"version":[0,0],"state":{}}')
    }
    const press = opened.standin.press(asha.id, question, 'Restart · web')
    expect((await opened.standin.waitForAnswer(press)).text).toContain('Expired')
    expect(opened.house.performed).toEqual([])
  })

  test('that fail say so, also when the fault is ours', async () => {
    await using opened = await open()
    opened.house.state.outcome = () =>
      Promise.reject(new OperatorError('PM2 does not answer', 'Start it'))
    opened.standin.press(asha.id, await asked(opened), 'Restart · web')
    await opened.standin.waitFor(reads('❌ Restart · web: PM2 does not answer', 'Start it'))
    opened.house.state.outcome = () => {
      throw new TypeError('bug')
    }
    opened.standin.press(asha.id, await asked(opened), 'Restart · web')
    await opened.standin.waitFor(reads('❌ Restart · web failed: a fault of mine'))
  })

  test('are done when their outcome was told, not before', async () => {
    await using opened = await open()
    const { house, port } = opened
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    house.state.outcome = () => promise
    const question = await asked(opened)
    opened.standin.press(asha.id, question, 'Restart · web')
    await opened.standin.waitFor(reads('⏳ Restarting web…'))
    const state = () => [...port.rows.values()].map((row) => row.state)
    expect(state()).toEqual(['claimed'])
    resolve({ ok: true, message: { blocks: [{ line: verbatim('✅ Restarted web') }] } })
    await until(() => state()[0] === 'done')
    expect(opened.standin.messages(asha.id).at(-1)?.text).toBe('✅ Restarted web')
  })

  test('that a stop cuts short stay open, so that their outcome is told later', async () => {
    await using opened = await open()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    opened.house.state.outcome = () => promise
    opened.standin.press(asha.id, await asked(opened), 'Restart · web')
    await opened.standin.waitFor(reads('⏳ Restarting web…'))
    const stopped = opened.telegram.stop(10_000)
    resolve({ ok: false, message: { blocks: [{ line: verbatim('❌ interrupted') }] } })
    await stopped
    expect(opened.standin.messages(asha.id).at(-1)?.text).toBe('❌ interrupted')
    expect([...opened.port.rows.values()].map(({ state }) => state)).toEqual(['claimed'])
  })

  test('whose steps have no room come with all of them as a file', async () => {
    await using opened = await open()
    const { house, standin } = opened
    const prepare = house.prepare
    const steps = Array.from({ length: 500 }, (_, i) => `rm /var/tmp/build-${i}`)
    house.prepare = async (action) => ({ ...(await prepare(action)), steps })
    standin.say(asha.id, '/restart web')
    await standin.waitFor(reads('Good for 2 minutes', '… ', 'build-499'))
    const [file] = standin.messages(asha.id).flatMap(({ document }) => document ?? [])
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe(steps.join('\n'))
  })

  test("are withdrawn by /cancel, one's own only", async () => {
    await using opened = await open()
    await asked(opened)
    await asked(opened, ben.id)
    opened.standin.say(asha.id, '/cancel')
    await opened.standin.waitFor(reads('✅ Cancelled 1 question'))
    expect([...opened.port.rows.values()].map(({ state }) => state)).toEqual([
      'cancelled',
      'waiting',
    ])
  })

  function pressOf(question: StoredMessage): string {
    return question.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? ''
  }
})

describe('presses', () => {
  const pressing = (onPress: NonNullable<Handler['onPress']>) =>
    defineHandler({
      kind: 'x',
      commands: {},
      presses: { poke: { role: 'operator' } },
      onCommand: () => undefined,
      onPress,
    })
  const poke = async (opened: Opened, user = asha.id, data = 'poke:1') => {
    opened.standin.say(user, '/checks')
    const message = await opened.standin.waitFor(({ chat }) => chat.id === user)
    return opened.standin.forge(user, user, message.message_id, data)
  }

  test.each([
    ['an unknown one', asha.id, 'gone:1', 'no longer of use'],
    ['one without the role', viv.id, 'poke:1', 'needs the role operator; yours is viewer'],
    ['one that fails', asha.id, 'poke:1', '❌ no such disk'],
    ['one of a question nobody knows', asha.id, 'yes:abc', 'I no longer know this question'],
  ])('%s is answered', async (_, user, data, text) => {
    await using opened = await open([
      pressing(() => Promise.reject(new OperatorError('no such disk'))),
    ])
    const answer = await opened.standin.waitForAnswer(await poke(opened, user, data))
    expect(answer.text).toContain(text)
  })

  test('one that says nothing is answered too', async () => {
    await using opened = await open([pressing(() => undefined)])
    expect((await opened.standin.waitForAnswer(await poke(opened))).text).toBe('')
  })

  test('one that takes long is answered at once, and its words come as a message', async () => {
    let finish = (): void => undefined
    let begun = false
    await using opened = await open([
      pressing(
        ({ answer }) =>
          new Promise((resolve) => {
            begun = true
            finish = () => {
              answer({ id: 'verbatim', args: { text: 'after all' } })
              resolve()
            }
          }),
      ),
    ])
    const query = await poke(opened)
    await until(() => opened.port.audits.length === 1 && begun)
    await settled()
    opened.clock.advance(3000)
    expect((await opened.standin.waitForAnswer(query)).text).toBe('')
    finish()
    await opened.standin.waitFor(reads('after all'))
  })
})

describe('around it', () => {
  test('who never pressed Start is known; the menus are for operators only', async () => {
    const clock = manualClock()
    const standin = createStandin({ clock })
    standin.addUser({ id: asha.id, name: 'Asha' })
    standin.addUser({ id: ben.id, name: 'Ben', started: false })
    standin.addUser({ id: eve, name: 'Eve' })
    const log = memoryLog()
    const { promise: known, resolve: lookedUp } = Promise.withResolvers<void>()
    const telegram = createTelegram({
      ...{ token: standin.token, apiRoot: await standin.start(), clock, log, port: memoryPort() },
      words: english(clock.now),
      handlers: [status, restart, silence, cancel],
      house: fakeHouse,
      operators: () => [asha, ben, viv],
      chat: () => ({ id: asha.id }),
      onConflict: () => undefined,
      onReachability: () => lookedUp(),
    })
    telegram.start()
    await known
    expect(telegram.reachability().map(({ reachable }) => reachable)).toEqual([true, false, false])
    expect(log.lines.filter(({ message }) => message === 'operator cannot be reached').length).toBe(
      2,
    )
    expect(standin.menu(asha.id).map(({ command }) => command)).toContain('restart')
    expect(standin.menu(eve)).toEqual([])
    standin.say(ben.id, '/status')
    await standin.waitForCall(
      ({ method, params }) => method === 'setMyCommands' && JSON.stringify(params).includes('1002'),
    )
    expect(telegram.reachability()[1]?.reachable).toBe(true)
    const stopped = telegram.stop(0)
    clock.advance(0)
    await stopped
    await standin.stop()
  })

  test('what was handled is confirmed at the end, and nothing is handled twice', async () => {
    await using opened = await open()
    opened.standin.say(asha.id, '/checks')
    await opened.standin.waitFor(reads('checks'))
    await opened.restart()
    expect(opened.standin.pendingUpdates).toBe(0)
    expect(opened.port.audits.length).toBe(1)
  })

  test('what was handled but not confirmed is not handled again after a crash', async () => {
    await using opened = await open()
    const { standin, port, house } = opened
    standin.say(asha.id, '/restart web')
    const question = await standin.waitFor(reads('Good for 2 minutes'))
    await standin.waitForPoll()
    standin.fault({ kind: 'server-error', method: 'getUpdates' })
    standin.press(asha.id, question, 'Restart · web')
    await standin.waitFor(reads('✅ Restarted web'))
    await until(() => opened.telegram.state() === 'away')
    expect(standin.pendingUpdates).toBe(1)
    await opened.restart()
    await until(() => standin.pendingUpdates === 0)
    expect(house.performed.length).toBe(1)
    expect(port.audits.length).toBe(2)
  })

  test('a group that becomes a supergroup is reported', async () => {
    await using opened = await open([], group)
    const to = opened.standin.migrate(group)
    await until(() => opened.port.moves.length > 0)
    expect(opened.port.moves[0]).toEqual([group, to])
  })
})

test('lines are data: nothing a name contains becomes markup', async () => {
  const echo = defineHandler({
    kind: 'echo',
    commands: { echo: { role: 'viewer', about: 'x' } },
    onCommand: ({ args, reply }) =>
      reply({ blocks: [line('not-found', { name: args.join(' ') })] }),
  })
  await using opened = await open([echo])
  opened.standin.say(asha.id, '/echo <b>x</b> &amp;')
  const answer = await opened.standin.waitFor(reads('<b>x</b> &amp;'))
  expect(answer.entities).toEqual([])
})
