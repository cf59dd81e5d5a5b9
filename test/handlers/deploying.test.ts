import { describe, expect, test } from 'vitest'
import deploy from '../../handlers/deploy.ts'
import rollback from '../../handlers/rollback.ts'
import { fakeHouse, noon, release, service } from './house.ts'
import { buttonsOf, press, type } from './support.ts'

const deployOf = (about: Readonly<Record<string, string>>) => ({ do: 'job', kind: 'deploy', about })
const backTo = (name: string, of = 'web') => ({
  do: 'job',
  kind: 'rollback',
  about: { service: of, release: name },
})

describe('/deploy', () => {
  test('without a name offers what there is, and a press asks', async () => {
    const heard = await type(deploy, '/deploy')
    expect(heard.texts).toEqual(['Deploy what?'])
    expect(buttonsOf(heard)).toEqual([['web', 'deploy:web']])
    const { asked } = await press(deploy, 'deploy:web')
    expect(asked).toEqual([deployOf({ service: 'web', ref: 'main' })])
  })

  test.each([
    ['/deploy web', 'main'],
    ['/deploy we', 'main'],
    ['/deploy web v1.2.3', 'v1.2.3'],
    ['/deploy web my branch', 'my branch'],
    ['/deploy web ; rm -rf ~', '; rm -rf ~'],
    ['/deploy web --upload-pack=touch /tmp/x', '--upload-pack=touch /tmp/x'],
  ])('%s', async (text, ref) => {
    const { asked, texts } = await type(deploy, text)
    expect(texts).toEqual([])
    expect(asked).toEqual([deployOf({ service: 'web', ref })])
  })

  test('a wrong name gets the nearest', async () => {
    const heard = await type(deploy, '/deploy wxb')
    expect(heard.asked).toEqual([])
    expect(heard.texts[0]).toContain('There is nothing called “wxb”')
    expect(buttonsOf(heard)[0]).toEqual(['web', 'deploy:web'])
  })

  test('a service without deploy says what to add', async () => {
    const { asked, texts } = await type(deploy, '/deploy worker')
    expect(asked).toEqual([])
    expect(texts[0]).toContain('❌ worker cannot be deployed: it has no deploy in the config.')
    expect(texts[0]).toContain('repo: git@')
    expect((await press(deploy, 'deploy:worker')).answers).toEqual([
      'This service is no longer there.',
    ])
  })

  test('where none can be deployed, it says how', async () => {
    const house = fakeHouse()
    house.state.deployable = []
    const { texts } = await type(deploy, '/deploy', { house })
    expect(texts[0]).toContain('No service can be deployed.')
    expect(texts[0]).toContain('services:')
  })

  test('a service that is not up yet can be deployed', async () => {
    const house = fakeHouse()
    house.state.services = []
    const { asked } = await type(deploy, '/deploy web', { house })
    expect(asked).toHaveLength(1)
  })
})

describe('/rollback', () => {
  const released = () => {
    const house = fakeHouse()
    house.state.releases = [
      release('4f2c1a9', { live: true, at: noon - 3_600_000, subject: 'Faster' }),
      release('77aa001', { lived: 3 * 86_400_000 }),
      release('77bb002', { lived: 0 }),
    ]
    return house
  }

  test('lists the releases, the live one marked and without a button', async () => {
    const heard = await type(rollback, '/rollback web', { house: released() })
    const [text = ''] = heard.texts
    expect(text).toContain('web: back to which release?')
    expect(text).toMatch(/▶️ 4f2c1a9 .*12:00.* · Faster · by Ben · live now, 1 h/)
    expect(text).toMatch(/77aa001 .* · Say hello · by Ben · was live 3 d/)
    expect(text).toMatch(/77bb002 .* · never live/)
    expect(buttonsOf(heard).map(([label]) => label.slice(0, 7))).toEqual(['77aa001', '77bb002'])
  })

  test('a press asks about exactly that release', async () => {
    const house = released()
    const heard = await type(rollback, '/rollback web', { house })
    const { asked } = await press(rollback, buttonsOf(heard)[0]?.[1] ?? '', { house })
    expect(asked).toEqual([backTo('20260114-120000-77aa001')])
    house.state.releases = []
    const late = await press(rollback, buttonsOf(heard)[0]?.[1] ?? '', { house })
    expect(late.answers).toEqual(['This release is no longer there.'])
  })

  test('a long name of a service still fits into the button', async () => {
    const house = released()
    const name = `a-${'very-'.repeat(12)}long-name`
    house.state.services = [service(name, { key: '#abc' })]
    house.state.deployable = [{ service: name, key: '#abc', branch: 'main' }]
    house.state.releases = house.state.releases.map((one) => ({ ...one, service: name }))
    const first = await type(rollback, '/rollback', { house })
    expect(buttonsOf(first)).toEqual([[name.slice(0, 59) + '…', 'rollback:#abc']])
    const heard = await press(rollback, 'rollback:#abc', { house })
    const { asked } = await press(rollback, buttonsOf(heard)[1]?.[1] ?? '', { house })
    expect(asked).toEqual([backTo('20260114-120000-77bb002', name)])
  })

  test.each([
    ['20260114-120000-77aa001', '20260114-120000-77aa001'],
    ['77aa001', '20260114-120000-77aa001'],
    ['77AA', '20260114-120000-77aa001'],
    ['77bb002'.padEnd(40, '0'), '20260114-120000-77bb002'],
  ])('/rollback web %s', async (wanted, name) => {
    const { asked } = await type(rollback, `/rollback web ${wanted}`, { house: released() })
    expect(asked).toEqual([backTo(name)])
  })

  test.each([
    ['dead00', '❌ web has no release “dead00”. These are there:', 2],
    ['77', '❌ web has no release “77”. These are there:', 2],
    ['20260114', 'web: “20260114” means several. Which one?', 2],
    ['4f2c1a9', 'web 4f2c1a9 is live already.', 0],
  ])('/rollback web %s does not guess', async (wanted, answer, buttons) => {
    const heard = await type(rollback, `/rollback web ${wanted}`, { house: released() })
    expect(heard.asked).toEqual([])
    expect(heard.texts[0]).toContain(answer)
    expect(buttonsOf(heard)).toHaveLength(buttons)
  })

  test('without releases, with the live one alone, without deploy', async () => {
    const house = fakeHouse()
    expect((await type(rollback, '/rollback web', { house })).texts[0]).toContain('no releases yet')
    house.state.releases = [release('4f2c1a9', { live: true })]
    expect((await type(rollback, '/rollback web', { house })).texts[0]).toContain(
      'nothing to go back to',
    )
    expect((await type(rollback, '/rollback worker', { house })).texts[0]).toContain('no deploy')
  })
})
