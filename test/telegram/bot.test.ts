import { describe, expect, test } from 'vitest'
import type { Operator } from '../../src/contract/operator.ts'
import { createStandin } from '../../src/standin/standin.ts'
import { createTelegram } from '../../src/telegram/bot.ts'
import cancel from '../../handlers/cancel.ts'
import restart from '../../handlers/restart.ts'
import silence from '../../handlers/silence.ts'
import status from '../../handlers/status.ts'
import { fakeHouse } from '../handlers/house.ts'
import { eve, group, open, reads, unconfirmed } from './opened.ts'
import { asha, ben, viv, english, manualClock, memoryLog, memoryPort, until } from './support.ts'

describe('around it', () => {
  test('who never pressed Start is known; the menus are for operators only', async () => {
    const clock = manualClock()
    const standin = createStandin({ clock })
    standin.addUser({ id: asha.id, name: 'Asha' })
    standin.addUser({ id: ben.id, name: 'Ben', started: false })
    standin.addUser({ id: eve, name: 'Eve' })
    const log = memoryLog()
    let team: Operator[] = [asha, ben, viv]
    const { promise: known, resolve: lookedUp } = Promise.withResolvers<void>()
    const telegram = createTelegram({
      loop: { expect() {}, rest() {} },
      token: standin.token,
      apiRoot: await standin.start(),
      clock,
      log,
      port: memoryPort(),
      words: english(clock.now),
      handlers: [status, restart, silence, cancel],
      house: fakeHouse,
      operators: () => team,
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
    team = [asha]
    telegram.refresh()
    await until(() => standin.menu(ben.id).length === 0)
    expect(telegram.reachability().map(({ name }) => name)).toEqual(['Asha'])
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
    await unconfirmed(opened, () => standin.press(asha.id, question, 'Restart · web'))
    await standin.waitFor(reads('✅ Restarted web'))
    await opened.restart()
    await until(() => standin.pendingUpdates === 0)
    expect(house.performed.length).toBe(1)
    expect(port.audits.length).toBe(2)
  })

  test('a command is answered once, although it comes again', async () => {
    await using opened = await open()
    const { standin, port } = opened
    await unconfirmed(opened, () => standin.say(asha.id, '/checks'))
    await standin.waitFor(reads('checks'))
    await opened.restart()
    await until(() => standin.pendingUpdates === 0)
    expect(port.audits.length).toBe(1)
    expect(standin.messages(asha.id).filter(({ byBot }) => byBot).length).toBe(1)
  })

  test('a command that a crash cut short is carried out when it comes again', async () => {
    await using opened = await open()
    const { standin, port, house } = opened
    const { markSeen } = port
    port.markSeen = (id) => {
      if (house.unsilence('cpu', asha)) throw new Error('killed after it was done')
      markSeen(id)
    }
    await unconfirmed(opened, () => standin.say(asha.id, '/silence cpu 1h'))
    expect(house.silences()).toEqual([])
    port.markSeen = markSeen
    await opened.restart()
    await until(() => standin.pendingUpdates === 0)
    expect(house.silences()).toMatchObject([{ check: 'cpu' }])
  })

  test('a group that becomes a supergroup is reported', async () => {
    await using opened = await open([], group)
    const to = opened.standin.migrate(group)
    await until(() => opened.port.moves.length > 0)
    expect(opened.port.moves[0]).toEqual([group, to])
  })
})
