import { describe, expect, test } from 'vitest'
import logs from '../../handlers/logs.ts'
import restart from '../../handlers/restart.ts'
import silence from '../../handlers/silence.ts'
import { check, fakeHouse, incident, noon, service } from './house.ts'
import { buttonsOf, operator, press, type } from './support.ts'

const hour = 3_600_000
const silencing = { handler: silence }

describe('/silence', () => {
  test.each([
    ['/silence disk 1h', 'disk', hour, '✅ Silenced disk until 14:00'],
    ['/silence dis 30m', 'disk', hour / 2, '✅ Silenced disk until 13:30'],
    ['/silence disk 1h 30m', 'disk', 1.5 * hour, '✅ Silenced disk until 14:30'],
    ['/silence 2h disk', 'disk', 2 * hour, '✅ Silenced disk until 15:00'],
    ['/silence web 1h30m', 'web', 1.5 * hour, '✅ Silenced web until 14:30'],
    ['/silence ALL 1h', 'all', hour, '✅ Silenced everything until 14:00'],
  ])('%s', async (text, name, ms, answer) => {
    const { house, texts } = await type(silencing.handler, text)
    expect(texts).toEqual([answer])
    expect(house.state.silences).toMatchObject([{ check: name, until: noon + ms, by: 'Asha' }])
  })

  test('without a duration offers some, and a press does it', async () => {
    const heard = await type(silence, '/silence disk')
    expect(buttonsOf(heard).map(([label]) => label)).toEqual(['30m', '1h', '4h', '24h'])
    const { answers, house } = await press(silence, buttonsOf(heard)[2]?.[1] ?? '')
    expect(answers).toEqual(['✅ Silenced disk until 17:00'])
    expect(house.state.silences.length).toBe(1)
  })

  test('without anything offers what there is, everything last', async () => {
    const heard = await type(silence, '/silence')
    const labels = buttonsOf(heard).map(([label]) => label)
    expect(labels).toEqual(['cpu', 'disk', 'load', 'memory', 'web', 'worker', 'Everything'])
    const next = await press(silence, buttonsOf(heard)[0]?.[1] ?? '')
    expect(next.texts[0]).toContain('Silence cpu for how long?')
  })

  test('names too long for a button still work', async () => {
    const house = fakeHouse()
    const name = `a-${'very-'.repeat(12)}long-name`
    house.state.checks = [check(name)]
    const [first] = buttonsOf(await type(silence, '/silence', { house }))
    const next = await press(silence, first?.[1] ?? '', { house })
    const [, hourly] = buttonsOf(next)
    expect(hourly?.[1].length).toBeLessThanOrEqual(64)
    await press(silence, hourly?.[1] ?? '', { house })
    expect(house.state.silences).toMatchObject([{ check: name }])
  })

  test('more checks than buttons: the rest is typed', async () => {
    const house = fakeHouse()
    house.state.checks = Array.from({ length: 60 }, (_, i) => check(`c${i}`))
    const heard = await type(silence, '/silence', { house })
    expect(buttonsOf(heard).length).toBe(24)
    expect(buttonsOf(heard).at(-1)?.[0]).toBe('Everything')
  })

  test.each([
    ['/silence disk soon', '❌ “soon” is not a duration. Write 30m, 2h or 1d.'],
    ['/silence disk 0m', '❌ “0m” is not a duration. Write 30m, 2h or 1d.'],
  ])('%s', async (text, answer) => {
    const { texts, house } = await type(silence, text)
    expect(texts).toEqual([answer])
    expect(house.state.silences).toEqual([])
  })

  test('above the limit of a role is refused by the house', async () => {
    await expect(type(silence, '/silence disk 48h', { by: operator })).rejects.toThrow(
      'not for you',
    )
  })

  test('on an incident is for its check, for an hour', async () => {
    const house = fakeHouse()
    house.state.incidents = [incident(7), incident(8, { endedAt: noon })]
    const { answers } = await press(silence, 'silence:7', { house })
    expect(answers).toEqual(['✅ Silenced disk until 14:00'])
    expect((await press(silence, 'silence:8', { house })).answers).toEqual([
      'disk / is over already.',
    ])
  })
})

describe('/unsilence', () => {
  const silent = () => {
    const house = fakeHouse()
    for (const name of ['disk', 'all']) {
      house.state.silences.push({ check: name, until: noon + hour, by: 'Ben', at: noon })
    }
    return house
  }

  test('offers what is silenced', async () => {
    const house = silent()
    const heard = await type(silence, '/unsilence', { house })
    expect(heard.texts[0]).toContain('🔕 disk until 14:00 (Ben)')
    expect(buttonsOf(heard)).toEqual([
      ['disk', 'unsilence:disk'],
      ['Everything', 'unsilence:all'],
    ])
    expect((await press(silence, 'unsilence:disk', { house })).answers).toEqual([
      '✅ Unsilenced disk',
    ])
    expect((await press(silence, 'unsilence:disk', { house })).answers).toEqual([
      '❌ disk is not silenced.',
    ])
  })

  test.each([
    ['/unsilence DISK', '✅ Unsilenced disk'],
    ['/unsilence di', '✅ Unsilenced disk'],
    ['/unsilence all', '✅ Unsilenced everything'],
    ['/unsilence web', '❌ web is not silenced.'],
  ])('%s', async (text, answer) => {
    expect((await type(silence, text, { house: silent() })).texts).toEqual([answer])
  })

  test('nothing', async () => {
    expect((await type(silence, '/unsilence')).texts).toEqual(['Nothing is silenced.'])
  })
})

describe('restarting and fixing only ask', () => {
  test('/restart offers the services, also when there is only one', async () => {
    const house = fakeHouse()
    house.state.services = [service('web', { key: 'k1' })]
    const heard = await type(restart, '/restart', { house })
    expect(buttonsOf(heard)).toEqual([['web', 'pick-restart:k1']])
    expect(heard.asked).toEqual([])
    expect((await press(restart, 'pick-restart:k1', { house })).asked).toEqual([
      { do: 'restart', service: 'web' },
    ])
  })

  test.each([
    ['/restart web', { do: 'restart', service: 'web' }],
    ['/restart wo', { do: 'restart', service: 'worker' }],
  ])('%s', async (text, action) => expect((await type(restart, text)).asked).toEqual([action]))

  test('a wrong name gets the nearest', async () => {
    const heard = await type(restart, '/restart wep')
    expect(heard.asked).toEqual([])
    expect(buttonsOf(heard)).toEqual([
      ['web', 'pick-restart:web'],
      ['worker', 'pick-restart:worker'],
    ])
  })

  test('on an incident: its service, or the one copy that is down', async () => {
    const house = fakeHouse()
    const web = { check: 'web', service: 'web' }
    house.state.incidents = [
      incident(1, { ...web, subject: '' }),
      incident(2, { ...web, subject: '3' }),
      incident(3, { ...web, subject: 'health' }),
      incident(4),
      incident(5, { ...web, endedAt: noon }),
    ]
    const asked = async (id: number) => (await press(restart, `restart:${id}`, { house })).asked
    expect(await asked(1)).toEqual([{ do: 'restart', service: 'web' }])
    expect(await asked(2)).toEqual([{ do: 'restart', service: 'web', instance: '3' }])
    expect(await asked(3)).toEqual([{ do: 'restart', service: 'web' }])
    expect(await asked(5)).toEqual([])
    expect((await press(restart, 'restart:4', { house })).answers).toEqual([
      'disk / belongs to no service.',
    ])
  })

  test('Fix now is about the open incident', async () => {
    const house = fakeHouse()
    house.state.incidents = [incident(4), incident(5, { endedAt: noon })]
    expect((await press(restart, 'fix:4', { house })).asked).toMatchObject([
      { do: 'fix', incident: 4 },
    ])
    expect((await press(restart, 'fix:5', { house })).asked).toEqual([])
  })

  test('a service that is gone, and none at all', async () => {
    expect((await press(restart, 'pick-restart:nope')).answers).toEqual([
      'This service is no longer there.',
    ])
    const house = fakeHouse()
    house.state.services = []
    expect((await type(restart, '/restart', { house })).texts[0]).toContain('no services')
  })
})

describe('/logs', () => {
  test('few lines are shown', async () => {
    const { texts, messages } = await type(logs, '/logs web')
    expect(texts).toEqual(['📄 web, the newest 2 lines\none\ntwo'])
    expect(messages[0]?.file).toBeUndefined()
  })

  test('many are a file, with the newest in the message', async () => {
    const house = fakeHouse()
    house.state.logs = Array.from({ length: 300 }, (_, i) => `line ${i + 1}`)
    const { texts, messages } = await type(logs, '/logs web 200', { house })
    expect(texts[0]).toMatch(/^📄 web, the newest 200 lines\nline 291\n[^]*line 300$/)
    expect(messages[0]?.file?.name).toBe('web.log')
    expect(messages[0]?.file?.text.split('\n').length).toBe(201)
  })

  test.each([
    ['/logs web 0', '0'],
    ['/logs web all', 'all'],
    ['/logs web 5 extra', 'extra'],
  ])('%s is answered with the usage', async (text, odd) =>
    expect((await type(logs, text)).texts).toEqual([
      `❌ “${odd}” is neither a number of lines nor “errors”. Write /logs web 100 or /logs web errors.`,
    ]),
  )

  describe('errors', () => {
    const failing = fakeHouse()
    failing.state.logs = [
      ...Array.from(
        { length: 300 },
        (_, n) => `2026-01-15T11:58:${10 + (n % 50)}Z ERROR connect ECONNREFUSED 10.0.0.${n % 9}`,
      ),
      '2026-01-15T11:59:00Z INFO all is well',
      ...Array.from({ length: 20 }, (_, n) => `ERROR of kind ${'abcdefghijklmnopqrst'[n]}`),
    ]

    test.each(['errors', 'erors', 'ERR', 'error 5000', '5000 errors'])(
      '/logs web %s shows them by pattern, most frequent first',
      async (words) => {
        const { texts } = await type(logs, `/logs web ${words}`, { house: failing })
        const [first, second, third] = texts[0]?.split('\n') ?? []
        expect(first).toBe('📄 web: 320 errors in the newest 321 lines, of 21 patterns')
        expect(second).toMatch(/^300× ERROR connect ECONNREFUSED <ip> · .*12:58.* to .*12:58/)
        expect(third).toMatch(/^2026-01-15T11:58:10Z ERROR connect ECONNREFUSED 10\.0\.0\.0$/)
        expect(texts[0]).toMatch(/… and 13 more patterns$/)
      },
    )

    test('fit one message, however long they are', async () => {
      const house = fakeHouse()
      house.state.logs = Array.from(
        { length: 40 },
        (_, n) => `ERROR ${'abcdefghij'[n % 10]}${'xyzw'[n % 4]} ${'<&long '.repeat(300)}`,
      )
      const { rendered } = await type(logs, '/logs web errors', { house })
      expect(rendered[0]?.plain.length).toBeLessThan(4096)
      expect(rendered[0]?.plain).toContain('… and 12 more patterns')
    })

    test('none, and no lines at all', async () => {
      const house = fakeHouse()
      const none = await type(logs, '/logs web errors', { house })
      expect(none.texts).toEqual(['✅ web: no errors in the newest 2 lines'])
      house.state.logs = []
      const empty = await type(logs, '/logs web errors', { house })
      expect(empty.texts).toEqual(['web has no log lines.'])
    })

    test('a press away from the lines', async () => {
      const heard = await type(logs, '/logs web', { house: failing })
      expect(buttonsOf(heard)).toEqual([['Errors by pattern', 'log-errors:web']])
      const pressed = await press(logs, 'log-errors:web', { house: failing })
      expect(pressed.texts[0]).toContain('320 errors')
      expect((await press(logs, 'log-errors:gone')).answers.length).toBe(1)
    })
  })

  test('without a name offers the services', async () => {
    const heard = await type(logs, '/logs')
    expect(buttonsOf(heard)).toEqual([
      ['web', 'pick-logs:web'],
      ['worker', 'pick-logs:worker'],
    ])
    expect((await press(logs, 'pick-logs:web')).texts[0]).toContain('one\ntwo')
  })

  test('of an incident, also when it is over', async () => {
    const house = fakeHouse()
    house.state.incidents = [incident(1, { service: 'web', endedAt: noon }), incident(2)]
    expect((await press(logs, 'logs:1', { house })).texts[0]).toContain('📄 web')
    expect((await press(logs, 'logs:2', { house })).answers).toEqual([
      'disk / belongs to no service.',
    ])
    expect((await press(logs, 'logs:3', { house })).answers.length).toBe(1)
  })

  test('none', async () => {
    const house = fakeHouse()
    house.state.logs = []
    expect((await type(logs, '/logs web', { house })).texts).toEqual(['web has no log lines.'])
  })
})
