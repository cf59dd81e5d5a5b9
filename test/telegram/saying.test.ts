import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import { defineHandler } from '../../src/contract/handler.ts'
import { verbatim } from '../../src/contract/message.ts'
import { open, reads } from './opened.ts'
import { asha, ben, viv, noon, settled, until } from './support.ts'

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
