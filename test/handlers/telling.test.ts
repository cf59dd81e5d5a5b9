import { describe, expect, test } from 'vitest'
import cancel from '../../handlers/cancel.ts'
import heartbeat from '../../handlers/heartbeat.ts'
import history from '../../handlers/history.ts'
import settings from '../../handlers/settings.ts'
import start from '../../handlers/start.ts'
import { t } from '../../src/contract/message.ts'
import { fakeHouse, incident, noon } from './house.ts'
import { type } from './support.ts'

test('/start says who one is, what is watched and what is wrong', async () => {
  const house = fakeHouse()
  house.state.incidents = [incident(1)]
  const [text] = (await type(start, '/start', { house })).texts
  expect(text).toContain('Hello Asha. Your role here is admin.')
  expect(text).toContain('I run 6 checks on main.')
  expect(text).toContain('1 thing is wrong: /incidents')
})

test('/help lists what the role may use', async () => {
  const menu = [
    { name: 'silence', usage: 'NAME DURATION', about: 'Tell nothing of a check for a while' },
    { name: 'help', about: 'What I understand' },
  ]
  const [text] = (await type(start, '/help', { menu })).texts
  expect(text).toContain('• /silence NAME DURATION – Tell nothing of a check for a while')
  expect(text).toContain('• /help – What I understand')
})

describe('/history and /audit', () => {
  test.each([
    ['/history', 'disk was full, 30'],
    ['/history 5', 'disk was full, 5'],
    ['/history 9999', 'disk was full, 100'],
  ])('%s', async (text, line) => expect((await type(history, text)).texts[0]).toContain(line))

  test('of an end only the first line is shown', async () => {
    const house = fakeHouse()
    const text = t('backup-job-failed', { name: 'app-db', why: 'no room' })
    const told = { ...house, history: () => [{ at: noon, text }] }
    const [shown = ''] = (await type(history, '/history', { house: told })).texts
    expect(shown).toContain('app-db was not backed up')
    expect(shown).not.toContain('no room')
  })

  test('few entries are shown, many come as a file too', async () => {
    const few = await type(history, '/audit')
    expect(few.texts[0]?.split('\n').slice(0, 2)).toEqual([
      'Who did what, newest first',
      '• 13:00 Asha: /status 0 → done',
    ])
    expect(few.messages[0]?.file).toBeUndefined()
    const many = await type(history, '/audit 60')
    expect(many.messages[0]?.file?.text.split('\n')[0]).toBe(
      '2026-01-15T12:00:00.000Z\tAsha\t/status 0\tdone',
    )
  })

  test('a wrong number', async () => {
    expect((await type(history, '/audit lots')).texts).toEqual([
      '❌ “lots” is not a number of lines.',
    ])
  })

  test('nothing yet', async () => {
    const house = fakeHouse()
    Object.assign(house, { history: () => [], audit: () => [] })
    expect((await type(history, '/history', { house })).texts).toEqual([
      'Nothing has happened yet.',
    ])
    expect((await type(history, '/audit', { house })).texts).toEqual([
      'Nobody has done anything yet.',
    ])
  })
})

test('/heartbeat is the summary', async () => {
  expect((await type(heartbeat, '/heartbeat')).texts).toEqual(['all well'])
})

describe('/settings', () => {
  test('show how the bot is set up, and whom it cannot reach', async () => {
    const [text] = (await type(settings, '/settings')).texts
    expect(text?.split('\n')).toEqual([
      'Mechanic 1.2.3',
      'Config: mechanic.yaml, read 12:59',
      'Time zone Europe/Berlin, language en',
      'Quiet hours 22:00 to 07:00',
      'Heartbeat 0 * * * *, sent on-change',
      'Up 1 h, 80 MiB of memory',
      '',
      'Operators',
      '• Asha · admin · 1001',
      '• ❌ Ben · operator · 1002: I cannot reach them. They have to open this chat and press Start.',
    ])
  })

  test('say when the newest config was not taken over', async () => {
    const house = fakeHouse()
    const { quietHours: _, ...rest } = house.settings()
    house.settings = () => ({ ...rest, problem: 'line 3: no such kind' })
    const [text] = (await type(settings, '/settings', { house })).texts
    expect(text).toContain('not taken over: line 3: no such kind')
    expect(text).toContain('No quiet hours')
  })
})

test.each([
  [0, 'There is nothing to cancel.'],
  [2, '✅ Cancelled 2 questions. Nothing was done.'],
])('/cancel with %i open', async (open, text) => {
  expect((await type(cancel, '/cancel', { dismiss: () => open })).texts).toEqual([text])
})
