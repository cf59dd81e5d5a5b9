import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'

const minute = 60_000

const yaml = (check: string, fix = '') => `
checks:
  disk: { kind: fake, of: disk, every: 5s, fix: sweep, ${check} }
fixes:
  sweep: { kind: mend, verify: { within: 3s, every: 1s } ${fix} }
`

const start = async (check: string, fix?: string): Promise<World> => {
  const world = await openWorld(yaml(check, fix))
  world.seen.set('disk', { used: 50, down: false })
  await world.advance(7_000)
  return world
}

const break_ = (world: World): void => void world.seen.set('disk', { used: 90, down: true })
const mend = (world: World): void => void world.seen.set('disk', { used: 50, down: false })

describe('a fix that works', () => {
  test('says nothing; log, summary and history have it', async () => {
    const world = await start('warning: "down"')
    world.act = async () => {
      mend(world)
      return 'swept 3 rooms'
    }
    break_(world)
    await world.advance(20_000)
    expect(world.chat.tried).toEqual([])
    expect(world.acted).toHaveLength(1)
    const [incident] = world.incidents('disk')
    expect(incident).toMatchObject({ ending: 'fixed', told: 'no' })
    expect(world.events().map(({ kind }) => kind)).toEqual([
      'incident-opened',
      'fix-running',
      'fix-verifying',
      'fix-verified',
      'incident-ended',
    ])
    expect(world.house.attempts(incident?.id ?? 0)).toMatchObject([
      { fix: 'sweep', number: 1, state: 'verified', result: 'swept 3 rooms', verifiedIn: 0 },
    ])
    expect(JSON.stringify(world.house.heartbeat())).toContain('digest-fixed')
    expect(world.faults).toEqual([])
  })

  test('is told when it worked only after the message', async () => {
    const world = await start('warning: "down"')
    break_(world)
    await world.advance(minute)
    expect(world.chat.messages).toHaveLength(1)
    mend(world)
    await world.advance(minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('✅ disk')
  })
})

describe('a fix that does not help', () => {
  test('three attempts 10 s and 20 s apart, then exactly one message', async () => {
    const world = await start('warning: "down"')
    break_(world)
    await world.advance(5 * minute)
    const at = world.acted.map((one) => one.at)
    expect(at).toHaveLength(3)
    const [first = 0, second = 0, third = 0] = at
    // Each attempt is watched for 3 s before its pause begins.
    expect(second - first).toBeGreaterThanOrEqual(13_000)
    expect(second - first).toBeLessThan(15_500)
    expect(third - second).toBeGreaterThanOrEqual(23_000)
    expect(third - second).toBeLessThan(25_500)
    expect(world.chat.messages).toMatchObject([{ sound: false, edits: 0 }])
    expect(world.chat.last().text).toContain('🔧 sweep: tried 3 times, did not help')
    expect(world.chat.last().buttons).toContain('Fix now')
  })

  test('is armed again after the cool-down', async () => {
    const world = await start('warning: "down"', ', cooldown: 2m')
    break_(world)
    await world.advance(2 * minute)
    expect(world.acted).toHaveLength(3)
    world.act = async () => {
      mend(world)
      return 'swept'
    }
    await world.advance(minute)
    expect(world.acted).toHaveLength(4)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed' }])
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('✅ disk fixed by sweep')
  })

  test('the cool-down holds for the next incident of the same thing', async () => {
    const world = await start('warning: "down"')
    break_(world)
    await world.advance(2 * minute)
    mend(world)
    await world.advance(30_000)
    break_(world)
    await world.advance(minute)
    expect(world.incidents('disk')).toHaveLength(2)
    expect(world.acted).toHaveLength(3)
    expect(world.chat.messages).toHaveLength(2)
    expect(world.chat.last().text).toContain('not tried again before')
  })

  test('max_per_hour holds over all incidents', async () => {
    const world = await start('warning: "down"', ', max_per_hour: 2')
    world.act = async () => {
      mend(world)
      return 'swept'
    }
    for (let round = 0; round < 4; round++) {
      break_(world)
      await world.advance(minute)
      if (round < 3) mend(world)
      await world.advance(minute)
    }
    expect(world.acted).toHaveLength(2)
    expect(world.chat.last().text).toContain('used up for this hour')
    await world.pass(60 * minute)
    expect(world.acted).toHaveLength(3)
    expect(world.incidents('disk').at(-1)).toMatchObject({ ending: 'fixed' })
  })

  test('an error of the fix is the result of the attempt', async () => {
    const world = await start('warning: "down"', ', attempts: 1')
    world.act = async () => {
      throw new Error('no broom hunter22')
    }
    break_(world)
    await world.advance(20_000)
    expect(world.chat.last().text).toContain('did not help: no broom ***')
  })

  test('a fix that finds nothing to do is told at once', async () => {
    const world = await start('warning: "down"')
    world.steps = []
    break_(world)
    await world.advance(15_000)
    expect(world.acted).toEqual([])
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('found nothing it could do')
  })

  test('a fix that never lets go is given up after its time limit', async () => {
    const world = await start('warning: "down"', ', timeout: 30s, attempts: 1')
    world.act = () => new Promise(() => undefined)
    break_(world)
    await world.advance(minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('not done within 30 s')
    world.seen.set('disk', { used: 50, down: false })
    await world.advance(minute)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'recovered' }])
  })
})

describe('when it is told', () => {
  test('destructive: told with the button, nothing runs', async () => {
    const world = await openWorld(yaml('warning: "down"').replace('kind: mend', 'kind: purge'))
    break_(world)
    await world.advance(minute)
    expect(world.acted).toEqual([])
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().text).toContain('waits for your word')
    expect(world.chat.last().buttons).toContain('Fix now')
  })

  test('destructive with `approve: false` runs by itself', async () => {
    const world = await openWorld(
      yaml('warning: "down"', ', approve: false').replace('kind: mend', 'kind: purge'),
    )
    break_(world)
    await world.advance(20_000)
    expect(world.acted).not.toEqual([])
  })

  test('a critical one that lasts 60 s is told as "trying, 2 of 3"', async () => {
    const world = await openWorld(`
checks:
  disk: { kind: fake, of: disk, every: 5s, fix: sweep, critical: "down" }
fixes:
  sweep: { kind: mend, backoff: 10s, verify: { within: 40s, every: 5s } }
`)
    break_(world)
    await world.advance(58_000)
    expect(world.chat.tried).toEqual([])
    await world.advance(10_000)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
    expect(world.chat.last().text).toMatch(/2 of 3/)
    await world.advance(3 * minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('tried 3 times')
  })

  test('`at-once` does not wait for the fix, and is edited when it helped', async () => {
    const world = await start('warning: "down", notify: at-once')
    world.act = async () => {
      await Promise.resolve()
      return 'swept'
    }
    break_(world)
    await world.advance(7_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toMatch(/🔧 sweep: (trying|done)/)
    mend(world)
    await world.advance(minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('✅ disk')
  })

  test('while another bot runs on the token nothing is fixed, and it is told', async () => {
    const world = await start('warning: "down"')
    world.heldBack = true
    break_(world)
    await world.advance(20_000)
    expect(world.acted).toEqual([])
    expect(world.chat.messages).toHaveLength(1)
    world.heldBack = false
    await world.advance(20_000)
    expect(world.acted.length).toBeGreaterThan(0)
  })

  test('one fix works on one thing at a time', async () => {
    const world = await openWorld(yaml('warning: "down"'))
    let running = 0
    let most = 0
    world.act = async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((done) => world.clock.after(2_000, done))
      running--
      return 'swept'
    }
    world.seen.set('disk', [
      { subject: '/', metrics: { down: true } },
      { subject: '/var', metrics: { down: true } },
    ])
    await world.advance(2 * minute)
    expect(most).toBe(1)
    expect(new Set(world.acted.map((one) => one.subject))).toEqual(new Set(['/', '/var']))
    expect(world.chat.messages.map((one) => one.text).join()).not.toContain('0 of 3')
  })
})
