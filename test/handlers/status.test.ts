import { describe, expect, test } from 'vitest'
import status from '../../handlers/status.ts'
import { t } from '../../src/contract/message.ts'
import { check, fakeHouse, incident, noon, service, subject } from './house.ts'
import { buttonsOf, press, type, viewer } from './support.ts'

describe('/status', () => {
  test('says that all is well, then each host with cpu, memory, load and disk, then its services', async () => {
    const { texts } = await type(status, '/status')
    expect(texts).toEqual([
      [
        '✅ All is well · 6 checks',
        '',
        '🖥 main · web · up 1 d 1 h',
        'cpu: 42 %',
        'memory: 42 %',
        'load: 42 %',
        'disk: 42 %',
        '✅ 2 services up: web, worker',
      ].join('\n'),
    ])
  })

  test('says what is wrong first, the worst at the top', async () => {
    const house = fakeHouse()
    house.state.incidents = [
      incident(1),
      incident(2, {
        check: 'web',
        subject: '',
        severity: 'critical',
        unit: 'flag',
        value: true,
        saw: 'exited with code 1',
        acknowledged: { by: 'Ben', at: noon },
      }),
    ]
    const [text = ''] = (await type(status, '/status', { house })).texts
    expect(text.split('\n').slice(0, 3)).toEqual([
      '⚠️ 2 things are wrong',
      '• 🔴 web: exited with code 1 · since 12:50 · 👤 Ben',
      '• 🟠 disk /: used space 92.1 % (> 85%) · since 12:50',
    ])
  })

  test('marks what is not well, and says what could not be seen', async () => {
    const house = fakeHouse()
    const bad = subject({
      subject: '/home',
      state: 'bad',
      severity: 'critical',
      metrics: { used: 97 },
    })
    house.state.checks = [
      check('cpu', { subjects: [] }),
      check('memory', { problem: 'permission denied' }),
      check('disk', { subjects: [subject({ subject: '/' }), bad] }),
      check('site', { kind: 'http', problem: 'no answer' }),
    ]
    house.state.services = [
      service('web', { check: check('web', { subjects: [bad], service: true }) }),
    ]
    const [text = ''] = (await type(status, '/status', { house })).texts
    expect(text).toContain('cpu: not measured yet')
    expect(text).toContain('❔ memory: cannot be checked: permission denied')
    expect(text).toContain('🔴 disk: / 42 % · /home 97 %')
    expect(text).toContain('❔ site cannot be checked: no answer')
    expect(text).toContain('🔴 web: /home 97 %')
  })

  test('says why it holds back, and what is silenced', async () => {
    const house = fakeHouse()
    house.state.overview = { heldBack: t('verbatim', { text: 'a second bot' }) }
    house.state.silences = [{ check: 'db', until: noon + 3_600_000, by: 'Ben', at: noon }]
    const [text = ''] = (await type(status, '/status', { house })).texts
    expect(text).toMatch(/^⚠️ a second bot\n/)
    expect(text).toMatch(/🔕 db until 14:00 \(Ben\)$/)
  })
})

describe('/status NAME', () => {
  test('a host, with every check on it', async () => {
    const [text = ''] = (await type(status, '/status MAIN')).texts
    expect(text).toMatch(/^🖥 main/)
    expect(text).toContain('• ✅ disk: 42 %')
  })

  test('a service: what it knows, and its buttons for those who may', async () => {
    const heard = await type(status, '/status web')
    expect(heard.texts[0]).toContain('✅ web · service')
    expect(heard.texts[0]).toContain('up for 3 d')
    expect(heard.texts[0]).toContain('only you restart it')
    expect(buttonsOf(heard)).toEqual([
      ['Restart', 'pick-restart:web'],
      ['Logs', 'pick-logs:web'],
    ])
    expect(buttonsOf(await type(status, '/status web', { by: viewer }))).toEqual([])
  })

  test('a check: metrics, thresholds, when', async () => {
    const [text = ''] = (await type(status, '/status dis')).texts
    expect(text).toBe(
      '✅ disk · disk\n• used space 42 %\nwarning: > 85%\nLast run 12:59 · every 1 min',
    )
  })

  test('a wrong one gets the nearest, as buttons that work', async () => {
    const heard = await type(status, '/status xyz')
    expect(heard.texts[0]).toContain('nothing called “xyz”. Did you mean cpu, memory?')
    const [, data = ''] = buttonsOf(heard)[0] ?? []
    expect((await press(status, data)).texts[0]).toContain('✅ cpu')
  })
})

describe('/checks', () => {
  test('lists every check, what is wrong first', async () => {
    const house = fakeHouse()
    house.state.checks.push(check('swap', { subjects: [subject({ state: 'bad' })] }))
    const [text = ''] = (await type(status, '/checks', { house })).texts
    expect(text.split('\n').slice(0, 2)).toEqual(['⚠️ 7 checks, 1 is wrong', '• 🟠 swap: 42 %'])
  })

  test('many come as a file, with what is wrong in the message', async () => {
    const house = fakeHouse()
    house.state.checks = Array.from({ length: 200 }, (_, i) =>
      check(`c${i}`, { subjects: [subject({ state: i === 7 ? 'bad' : 'ok' })] }),
    )
    const { rendered, texts } = await type(status, '/checks', { house })
    expect(texts[0]).toContain('🟠 c7')
    expect(texts[0]?.length).toBeLessThanOrEqual(1024)
    const rows = rendered[0]?.file?.bytes.toString().trimEnd().split('\n') ?? []
    expect(rows.length).toBe(202)
    expect(rows[0]).toBe('bad\tmain\tc7\t\tbad used=42%')
  })

  test('none', async () => {
    const house = fakeHouse()
    Object.assign(house.state, { checks: [], services: [] })
    expect((await type(status, '/checks', { house })).texts).toEqual(['There are no checks.'])
  })
})
