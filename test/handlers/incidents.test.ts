import { describe, expect, test } from 'vitest'
import incidents from '../../handlers/incidents.ts'
import { t } from '../../src/contract/message.ts'
import { fakeHouse, incident, noon } from './house.ts'
import { buttonsOf, operator, press, type, viewer } from './support.ts'

function withOpen() {
  const house = fakeHouse()
  house.state.incidents = [
    incident(1),
    incident(2, { check: 'web', subject: '', severity: 'critical', host: 'edge', service: 'web' }),
    incident(3, { check: 'old', endedAt: noon, ending: 'fixed' }),
  ]
  return house
}

describe('/incidents', () => {
  test('is exactly one sentence when there are none', async () => {
    expect((await type(incidents, '/incidents')).texts).toEqual(['No open incidents'])
  })

  test('is one message that lists every open one', async () => {
    const heard = await type(incidents, '/incidents', { house: withOpen() })
    expect(heard.texts.length).toBe(1)
    expect(heard.texts[0]?.split('\n')).toEqual([
      '2 open incidents',
      '• 🔴 web on edge: used space 92.1 % (> 85%) · since 12:50',
      '• 🟠 disk /: used space 92.1 % (> 85%) · since 12:50',
    ])
    expect(buttonsOf(heard)).toEqual([
      ['web on edge', 'details:2'],
      ['disk /', 'details:1'],
    ])
  })

  test('says what could not be checked, and what somebody stopped', async () => {
    const house = fakeHouse()
    house.state.incidents = [
      incident(1, { cause: 'unknown', saw: 'permission denied' }),
      incident(2, { cause: 'stopped' }),
    ]
    const [text] = (await type(incidents, '/incidents', { house })).texts
    expect(text).toContain('cannot be checked: permission denied')
    expect(text).toContain('somebody stopped it')
  })
})

describe('/ack', () => {
  test('offers what nobody has taken, also when it is only one', async () => {
    const house = withOpen()
    expect(buttonsOf(await type(incidents, '/ack', { house }))).toEqual([
      ['web on edge', 'ack:2'],
      ['disk /', 'ack:1'],
    ])
    house.acknowledge(2, operator)
    expect(buttonsOf(await type(incidents, '/ack', { house }))).toEqual([['disk /', 'ack:1']])
    house.acknowledge(1, operator)
    expect((await type(incidents, '/ack', { house })).texts).toEqual([
      'Every open incident is taken already.',
    ])
  })

  test.each([
    ['/ack web', '✅ Acknowledged web on edge'],
    ['/ack WE', '✅ Acknowledged web on edge'],
    ['/ack disk /', '✅ Acknowledged disk /'],
    ['/ack 1', '✅ Acknowledged disk /'],
    ['/ack all', '✅ Acknowledged web on edge\n✅ Acknowledged disk /'],
  ])('%s', async (text, answer) => {
    expect((await type(incidents, text, { house: withOpen() })).texts).toEqual([answer])
  })

  test('a name of none offers those that are open', async () => {
    const heard = await type(incidents, '/ack db', { house: withOpen() })
    expect(heard.texts[0]).toContain('❌ No open incident is called “db”')
    expect(buttonsOf(heard).length).toBe(2)
  })

  test('a second time says who was first', async () => {
    const house = withOpen()
    house.acknowledge(2, operator)
    expect((await type(incidents, '/ack web', { house })).texts).toEqual([
      '❌ web on edge was already taken by Ben',
    ])
  })
})

describe('the Acknowledge button', () => {
  test('takes all that the message tells of', async () => {
    const house = withOpen()
    house.together = () => house.incidents()
    expect((await press(incidents, 'ack:1', { house })).answers).toEqual([
      '✅ Acknowledged 2 incidents',
    ])
    expect((await press(incidents, 'ack:1', { house })).answers).toEqual([
      '❌ disk / was already taken by Asha',
    ])
  })

  test.each([
    ['ack:3', 'old / is over already.'],
    ['ack:99', 'I no longer know this incident.'],
    ['ack:x', 'I no longer know this incident.'],
  ])('%s', async (data, answer) => {
    expect((await press(incidents, data, { house: withOpen() })).answers).toEqual([answer])
  })
})

describe('details', () => {
  const full = incident(1, {
    check: 'web',
    subject: '',
    service: 'web',
    saw: 'HTTP 502',
    advice: t('verbatim', { text: 'Look at the log' }),
    runbook: 'docs/web.md',
    evidence: [{ title: 'Last output', lines: ['boom', 'exit 1'] }],
    fix: { name: 'restart', phase: 'backing-off', attempt: 1, of: 3 },
  })

  test('show everything, with the buttons of the incident', async () => {
    const house = fakeHouse()
    house.state.incidents = [full]
    house.attempts = () => [
      {
        id: 1,
        incident: 1,
        fix: 'restart',
        number: 1,
        steps: [],
        state: 'failed',
        startedAt: noon - 60_000,
        result: 'died after 2 s',
      },
    ]
    const heard = await press(incidents, 'details:1', { house, by: operator })
    expect(heard.texts[0]?.split('\n')).toEqual([
      '🟠 web · warning',
      'used space 92.1 % (> 85%)',
      'HTTP 502',
      'Since 12:50',
      '',
      'What was tried:',
      '• 1. restart at 12:59: it did not help · died after 2 s',
      '',
      '👉 Look at the log',
      '📖 docs/web.md',
      'Last output',
      'boom',
      'exit 1',
    ])
    expect(buttonsOf(heard)).toEqual([
      ['Acknowledge', 'ack:1'],
      ['Silence 1h', 'silence:1'],
      ['Logs', 'logs:1'],
      ['Restart', 'restart:1'],
      ['Fix now', 'fix:1'],
    ])
    const seen = await press(incidents, 'details:1', { house, by: viewer })
    expect(buttonsOf(seen)).toEqual([])
  })

  test('of one that is over tell how it ended, and offer nothing', async () => {
    const house = fakeHouse()
    house.state.incidents = [{ ...full, endedAt: noon, ending: 'fixed' }]
    const heard = await press(incidents, 'details:1', { house })
    expect(heard.texts[0]).toContain('✅ Fixed after 10 min, since 12:50')
    expect(heard.texts[0]).not.toContain('👉')
    expect(buttonsOf(heard)).toEqual([])
  })

  test('of one that never was', async () => {
    expect((await press(incidents, 'details:9')).answers).toEqual([
      'I no longer know this incident.',
    ])
  })
})
