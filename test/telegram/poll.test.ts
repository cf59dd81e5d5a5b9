import { Api } from 'grammy'
import type { Update } from 'grammy/types'
import { describe, expect, test } from 'vitest'
import { createPolling } from '../../src/telegram/poll.ts'
import { asha, open } from '../standin/support.ts'
import type { Opened } from '../standin/support.ts'
import { memoryLog, settled, until } from './support.ts'

interface Polled {
  readonly opened: Opened
  readonly log: ReturnType<typeof memoryLog>
  readonly conflicts: boolean[]
  readonly texts: string[]
  readonly online: number[]
  readonly polling: ReturnType<typeof createPolling>
}

function poll(
  opened: Opened,
  handle: (update: Update) => Promise<void> = () => Promise.resolve(),
  api: Api = opened.api,
): Polled {
  const log = memoryLog()
  const [conflicts, texts, online]: [boolean[], string[], number[]] = [[], [], []]
  const polling = createPolling({
    loop: { expect() {}, rest() {} },
    api,
    clock: opened.clock,
    log,
    handle: (update) => {
      texts.push(update.message?.text ?? '')
      return handle(update)
    },
    onMe: () => undefined,
    onConflict: (conflict) => conflicts.push(conflict),
    onOnline: () => online.push(opened.clock.monotonic()),
  })
  polling.start()
  return { opened, log, conflicts, texts, online, polling }
}

/** Time goes by in steps of a second until something has come true. */
async function passUntil({ opened }: Polled, come: () => boolean): Promise<number> {
  const begun = opened.clock.monotonic()
  for (let i = 0; i < 600 && !come(); i++) {
    opened.clock.advance(1000)
    await settled(30)
  }
  expect(come()).toBe(true)
  return opened.clock.monotonic() - begun
}

const said = ({ log }: Polled, level: string): string[] =>
  log.lines.filter((line) => line.level === level).map(({ message }) => message)

describe('reading', () => {
  test('updates are handled in order and confirmed after that', async () => {
    await using opened = await open()
    let finish = (): void => undefined
    const polled = poll(opened, () => new Promise((resolve) => (finish = resolve)))
    await opened.standin.waitForPoll()
    opened.standin.say(asha, 'one')
    opened.standin.say(asha, 'two')
    await until(() => polled.texts.length === 1)
    await settled()
    expect(opened.standin.pendingUpdates).toBe(2)
    finish()
    await until(() => polled.texts.length === 2)
    finish()
    await opened.standin.waitForPoll()
    expect(polled.texts).toEqual(['one', 'two'])
    await polled.polling.stop()
    expect(opened.standin.pendingUpdates).toBe(0)
  })

  test('one that cannot be handled does not stop the others', async () => {
    await using opened = await open()
    const polled = poll(opened, () => Promise.reject(new Error('bug')))
    opened.standin.say(asha, 'one')
    opened.standin.say(asha, 'two')
    await until(() => polled.texts.length === 2)
    await polled.polling.stop()
    expect(said(polled, 'error')).toEqual(Array(2).fill('update could not be handled'))
  })

  test('stopping ends an open long poll at once, and one that hangs', async () => {
    await using opened = await open()
    opened.standin.fault({ kind: 'hang', method: 'deleteWebhook' })
    const { polling } = poll(opened)
    await opened.standin.waitForCall(({ method }) => method === 'deleteWebhook')
    await polling.stop()
    expect(polling.state()).toBe('starting')
  })
})

describe('the way to Telegram', () => {
  test('broken, it is tried again ever more slowly, and told once', async () => {
    await using opened = await open()
    const polled = poll(opened)
    await opened.standin.waitForPoll()
    await opened.standin.refuse()
    await passUntil(polled, () => polled.polling.state() === 'away')
    for (let i = 0; i < 180; i++) {
      opened.clock.advance(1000)
      await settled(5)
    }
    expect(said(polled, 'warn')).toEqual(['Telegram cannot be reached'])
    await opened.standin.accept()
    expect(await passUntil(polled, () => polled.polling.state() === 'online')).toBeLessThanOrEqual(
      61_000,
    )
    expect(said(polled, 'info')).toEqual(Array(2).fill('connected to Telegram'))
    expect(polled.online.length).toBe(2)
    await polled.polling.stop()
  })

  test('a flood limit is waited out', async () => {
    await using opened = await open()
    opened.standin.fault({ kind: 'flood', method: 'getMe', retryAfter: 40 })
    const polled = poll(opened)
    await until(() => polled.polling.state() === 'away')
    expect(await passUntil(polled, () => polled.polling.state() === 'online')).toBe(40_000)
    await polled.polling.stop()
  })

  test('a wrong token is said once, with what to do, and tried again', async () => {
    await using opened = await open()
    const wrong = new Api('1:wrong', { apiRoot: opened.standin.root })
    const polled = poll(opened, undefined, wrong)
    await until(() => polled.polling.state() === 'refused')
    for (let i = 0; i < 180; i++) {
      opened.clock.advance(1000)
      await settled(3)
    }
    expect(said(polled, 'error')).toEqual(['Telegram refuses the bot token'])
    expect(JSON.stringify(polled.log.lines)).not.toContain('1:wrong')
    await polled.polling.stop()
  })
})

describe('a second program on the same token', () => {
  test('is noticed, told once, and is over when it has been quiet for a while', async () => {
    await using opened = await open()
    const polled = poll(opened)
    await opened.standin.waitForPoll()
    const stolen = (): Promise<unknown> => opened.api.getUpdates({ timeout: 0 })
    await stolen()
    await until(() => polled.polling.state() === 'conflict')
    expect(polled.conflicts).toEqual([true])
    opened.clock.advance(10_000)
    await opened.standin.waitForPoll()
    await stolen()
    await settled()
    expect(polled.conflicts).toEqual([true])
    const took = await passUntil(polled, () => polled.conflicts.length === 2)
    expect(polled.conflicts).toEqual([true, false])
    expect(took).toBeGreaterThanOrEqual(20_000)
    expect(took).toBeLessThanOrEqual(60_000)
    expect(said(polled, 'error')).toEqual(['another program uses this bot token'])
    opened.standin.say(asha, 'still here')
    await until(() => polled.texts.includes('still here'))
    await polled.polling.stop()
  })
})
