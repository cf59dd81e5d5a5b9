import { describe, expect, test } from 'vitest'
import { openWorld } from '../support/flow.ts'

const minute = 60_000

const yaml = (more = ''): string => `
checks:
  slow: { kind: fake, of: slow, every: 5s, timeout: 8s, warning: "down" ${more} }
  other: { kind: fake, of: other, every: 5s, warning: "down" }
`

const never = new Promise<never>(() => undefined)

describe('a probe', () => {
  test('that takes longer than its turn never runs twice at once', async () => {
    const world = await openWorld(yaml())
    let running = 0
    let most = 0
    world.seen.set('slow', async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((done) => world.clock.after(7_000, done))
      running--
      return { down: false }
    })
    await world.advance(2 * minute)
    expect(most).toBe(1)
    expect(world.probed.get('slow')).toBeGreaterThanOrEqual(10)
    expect(world.probed.get('other')).toBeGreaterThanOrEqual(24)
  })

  test('that is late is aborted, and it cannot be checked', async () => {
    const world = await openWorld(yaml())
    const aborted: number[] = []
    world.seen.set('slow', ({ signal }) => {
      const start = world.clock.monotonic()
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          aborted.push(world.clock.monotonic() - start)
          reject(new Error('aborted'))
        }),
      )
    })
    await world.advance(minute)
    expect(aborted[0]).toBe(8_000)
    expect(world.house.checks().find((one) => one.name === 'slow')?.problem).toBe(
      'no answer within 8 s',
    )
    await world.pass(8 * minute, 5_000)
    expect(world.chat.last().text).toContain('slow cannot be checked')
  })

  test.each([
    ['no metrics', [{ subject: '' }]],
    ['no subject', [{ metrics: { down: true } }]],
    ['words that are no text', [{ subject: '', metrics: { down: true }, saw: 7 }]],
    ['nothing at all', [null]],
  ])('that gives a reading with %s is unknown, and no fault of the database', async (_, shape) => {
    const world = await openWorld(yaml())
    world.seen.set('slow', async () => shape)
    await world.advance(minute)
    expect(world.fault).toBeNull()
    expect(world.house.checks().find((one) => one.name === 'slow')?.problem).toBe(
      'the check kind fake gave a reading of a wrong shape',
    )
  })

  test('that ignores the abort is given up, and its check goes on', async () => {
    const world = await openWorld(yaml())
    world.seen.set('slow', () => never)
    await world.advance(minute)
    expect(world.probed.get('slow')).toBeGreaterThanOrEqual(4)
    expect(world.probed.get('other')).toBeGreaterThanOrEqual(12)
    world.seen.set('slow', { down: false })
    await world.advance(30_000)
    expect(world.house.checks().find((one) => one.name === 'slow')).toMatchObject({
      stale: false,
      subjects: [{ state: 'ok' }],
    })
  })

  test('runs on a fixed grid, and misses no turn by being slow', async () => {
    const world = await openWorld(yaml())
    const at: number[] = []
    world.seen.set('slow', async () => {
      at.push(world.clock.monotonic())
      await new Promise<void>((done) => world.clock.after(2_000, done))
      return { down: false }
    })
    await world.advance(minute)
    const phases = at.slice(1).map((time) => time % 5_000)
    expect(new Set(phases).size).toBe(1)
    expect(at.length).toBeGreaterThanOrEqual(12)
  })

  test('is in doubt looked at every 10 s', async () => {
    const world = await openWorld(`
checks: { slow: { kind: fake, of: slow, every: 10m, warning: "down for 2m" } }
`)
    world.seen.set('slow', { down: true })
    await world.advance(minute)
    expect(world.probed.get('slow')).toBeGreaterThanOrEqual(6)
    await world.advance(75_000)
    expect(world.chat.messages).toHaveLength(1)
    const runs = world.probed.get('slow') ?? 0
    await world.advance(2 * minute)
    expect((world.probed.get('slow') ?? 0) - runs).toBeLessThanOrEqual(1)
  })

  test('many at once wait for their turn', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `p${i}`)
    const world = await openWorld(
      `checks:\n${names.map((name) => `  ${name}: { kind: fake, of: ${name}, every: 1m, warning: "down" }\n`).join('')}`,
    )
    let running = 0
    let most = 0
    for (const name of names)
      world.seen.set(name, async () => {
        most = Math.max(most, ++running)
        await new Promise<void>((done) => world.clock.after(1_000, done))
        running--
        return { down: false }
      })
    await world.advance(10_000)
    expect(most).toBe(64)
    expect(names.every((name) => (world.probed.get(name) ?? 0) >= 1)).toBe(true)
  })
})

describe('what is shown', () => {
  const keyLine = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'
  const logged = `
services: { web: { manager: { command: { status: "true" } } } }
checks: { page: { kind: curious, of: page, every: 5s, warning: "down" } }
`
  const evidenceOf = async (lines: readonly string[]): Promise<readonly string[]> => {
    const world = await openWorld(logged)
    world.evidence.set('page', [{ title: 'Log', lines }])
    world.seen.set('page', { down: true })
    await world.pass(5 * minute, 5_000)
    const view = world.house.incident(world.incident('page').id)
    return view?.evidence?.flatMap((one) => one.lines) ?? []
  }

  test('of evidence holds no part of a key that began before its last lines', async () => {
    const key = Array.from({ length: 60 }, () => keyLine)
    const whole = ['-----BEGIN PRIVATE KEY-----', ...key, '-----END PRIVATE KEY-----', 'after']
    expect(await evidenceOf(whole)).toEqual(['***', 'after'])
    expect(await evidenceOf(whole.slice(-20))).toEqual(['***', 'after'])
    const many = Array.from({ length: 60 }, (_, at) => `line ${at}`)
    expect(await evidenceOf(many)).toEqual(many.slice(-40))
  })

  test('of evidence is cut after secrets are hidden', async () => {
    const [line] = await evidenceOf([`${'x'.repeat(396)}hunter22`])
    expect(line).toBe(`${'x'.repeat(396)}***`)
  })

  test('of a log is hidden as one text, and cut after that', async () => {
    const world = await openWorld(logged)
    expect(await world.house.logs('web', 50)).toEqual([])
    world.services.log.push(
      'before',
      '-----BEGIN PRIVATE KEY-----',
      keyLine,
      '-----END PRIVATE KEY-----',
      `${'x'.repeat(996)}hunter22${'x'.repeat(3000)}`,
    )
    expect(await world.house.logs('web', 50)).toEqual(['before', '***', `${'x'.repeat(996)}***x`])
    expect(await world.house.logs('web', 3)).toEqual(['***', `${'x'.repeat(996)}***x`])
  })

  test('of a result is cut after secrets are hidden', async () => {
    const world = await openWorld(`
checks: { disk: { kind: fake, of: disk, every: 5s, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend, verify: { within: 3s, every: 1s } } }
`)
    world.act = async () => `${'x'.repeat(496)}hunter22${'x'.repeat(3000)}`
    world.seen.set('disk', { down: true })
    await world.advance(20_000)
    const [attempt] = world.house.attempts(world.incident('disk').id)
    expect(attempt?.result).toBe(`${'x'.repeat(496)}***x`)
  })

  test('of a failure is cut after secrets are hidden', async () => {
    const world = await openWorld(`
checks: { disk: { kind: fake, of: disk, every: 5s, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend, verify: { within: 3s, every: 1s } } }
`)
    world.act = () => Promise.reject(new Error(`${'x'.repeat(496)}hunter22${'x'.repeat(3000)}`))
    world.seen.set('disk', { down: true })
    await world.advance(20_000)
    const [attempt] = world.house.attempts(world.incident('disk').id)
    expect(attempt?.result).toBe(`${'x'.repeat(496)}***x`)
  })
})

describe('a stop', () => {
  test('ends although probes and fixes do not let go', async () => {
    const world = await openWorld(`
checks: { disk: { kind: fake, of: disk, every: 5s, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend } }
`)
    world.act = () => never
    world.seen.set('disk', { down: true })
    await world.advance(10_000)
    expect(world.acted).toHaveLength(1)
    const stopped = world.stop()
    await world.advance(20_000)
    await stopped
    await world.start()
    expect(world.store.attempts.unfinished()).toHaveLength(1)
  })

  test('while a fix is verified leaves the verdict to the next start', async () => {
    const world = await openWorld(`
checks: { disk: { kind: fake, of: disk, every: 5s, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend, verify: { within: 30s, every: 1s } } }
`)
    world.seen.set('disk', { down: true })
    await world.advance(10_000)
    world.seen.set('disk', () => never)
    await world.advance(5_000)
    const stopped = world.stop()
    await world.advance(20_000)
    await stopped
    world.seen.set('disk', { down: false })
    await world.start()
    await world.advance(20_000)
    expect(world.acted).toHaveLength(1)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed' }])
  })
})
