import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'

const minute = 60_000

const disk = `
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%", critical: "used > 95%" }
`

const opened = async (yaml: string, used: number): Promise<World> => {
  const world = await openWorld(yaml)
  world.seen.set('disk', { used: 50 })
  await world.advance(15_000)
  world.seen.set('disk', { used })
  await world.advance(15_000)
  return world
}

describe('one incident is one message', () => {
  test('told once, edited, ended', async () => {
    const world = await opened(disk, 90)
    await world.advance(5 * minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last()).toMatchObject({ sound: false, chat: 1001, edits: 0, late: false })
    expect(world.chat.last().text).toContain('disk used 90 % (limit used > 85%)')
    expect(world.chat.last().text).toContain('👉 Look after')
    expect(world.chat.last().buttons).toEqual(['Acknowledge', 'Silence 1h', 'Details'])
    world.seen.set('disk', { used: 50 })
    await world.advance(minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last()).toMatchObject({ edits: 1, buttons: [] })
    expect(world.chat.last().text).toContain('✅ disk is fine again')
    expect(world.incidents('disk')).toMatchObject([{ ending: 'recovered', told: 'yes' }])
    expect(world.faults).toEqual([])
  })

  test('the event log has every step with its reason', async () => {
    const world = await opened(disk, 90)
    world.seen.set('disk', { used: 50 })
    await world.advance(minute)
    expect(world.events().map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'incident-opened level-met',
      'telling-yes no-fix',
      'incident-ended recovered',
    ])
  })

  test('`for`: a short failure says nothing, a longer one a silent message and one edit', async () => {
    const world = await openWorld(`
checks:
  site: { kind: fake, of: site, every: 10s, warning: "down for 1m" }
`)
    world.seen.set('site', { down: false })
    await world.advance(minute)
    world.seen.set('site', { down: true })
    await world.advance(20_000)
    world.seen.set('site', { down: false })
    await world.advance(5 * minute)
    expect(world.chat.tried).toEqual([])
    expect(world.events()).toEqual([])
    world.seen.set('site', { down: true })
    await world.advance(59_000)
    expect(world.chat.messages).toHaveLength(0)
    await world.advance(21_000)
    expect(world.chat.messages).toHaveLength(1)
    world.seen.set('site', { down: false })
    await world.advance(minute)
    expect(world.chat.messages).toMatchObject([{ sound: false, edits: 1 }])
  })

  test('`never` and `info` stand in the summary alone', async () => {
    const world = await opened(
      `
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%", notify: never }
  note: { kind: fake, of: disk, every: 10s, info: "used > 85%" }
`,
      90,
    )
    await world.advance(minute)
    world.seen.set('disk', { used: 50 })
    await world.advance(minute)
    expect(world.chat.tried).toEqual([])
    expect(world.incidents('disk')).toMatchObject([{ told: 'no', ending: 'recovered' }])
    expect(world.incidents('note')).toMatchObject([{ told: 'no', ending: 'recovered' }])
  })

  test('evidence comes with the first message, not as an edit', async () => {
    const world = await openWorld(`
checks:
  disk: { kind: curious, of: disk, every: 10s, warning: "used > 85%" }
`)
    world.evidence.set('disk', [{ title: 'Largest', lines: ['/var/log 12 GiB', 'hunter22'] }])
    world.seen.set('disk', { used: 90 })
    await world.advance(15_000)
    expect(world.chat.messages).toMatchObject([{ edits: 0 }])
    expect(world.chat.last().text).toContain('Largest\n/var/log 12 GiB\n***')
  })

  test('a secret in what a probe saw never arrives', async () => {
    const world = await openWorld(disk)
    world.seen.set('disk', [
      { subject: '', metrics: { used: 90 }, saw: 'login hunter22 at https://u:swordfish@host/' },
    ])
    await world.advance(15_000)
    expect(world.chat.last().text).toContain('login *** at https://u:***@host/')
    expect(JSON.stringify(world.incidents('disk'))).not.toMatch(/hunter22|swordfish/)
  })
})

describe('worse and better', () => {
  test('a warning that becomes critical answers its message with sound', async () => {
    const world = await opened(disk, 90)
    world.seen.set('disk', { used: 97 })
    await world.advance(15_000)
    const [first, reply] = world.chat.messages
    expect(world.chat.messages).toHaveLength(2)
    expect(first).toMatchObject({ sound: false, edits: 1 })
    expect(first?.text).toContain('🔴 disk')
    expect(reply).toMatchObject({ sound: true, replyTo: first?.id })
    expect(reply?.text).toContain('now critical')
  })

  test('one that was never delivered gets its sound instead of a second message', async () => {
    const world = await openWorld(disk)
    world.chat.answer = () => ({ is: 'later', after: 5_000, why: 'away', wholeBot: true })
    world.seen.set('disk', { used: 90 })
    await world.advance(15_000)
    world.seen.set('disk', { used: 97 })
    await world.advance(15_000)
    world.chat.answer = () => undefined
    await world.advance(minute)
    expect(world.chat.messages).toMatchObject([{ sound: true, edits: 0 }])
    expect(world.chat.last().text).toContain('🔴 disk')
  })

  test('critical eases to warning by an edit', async () => {
    const world = await openWorld(`
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 50%", critical: "used > 95%" }
`)
    world.seen.set('disk', { used: 97 })
    await world.advance(15_000)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
    world.seen.set('disk', { used: 60 })
    await world.advance(30_000)
    expect(world.incident('disk')).toMatchObject({ severity: 'warning', worst: 'critical' })
    expect(world.chat.messages).toMatchObject([{ edits: 1 }])
    expect(world.chat.last().text).toContain('🟠 disk')
    world.seen.set('disk', { used: 10 })
    await world.advance(30_000)
    expect(world.chat.messages).toMatchObject([{ edits: 2 }, { replyTo: 100, sound: true }])
  })
})

describe('what breaks together', () => {
  const many = `
checks:
  a: { kind: fake, of: a, every: 1s, warning: "down" }
  b: { kind: fake, of: b, every: 1s, warning: "down" }
  c: { kind: fake, of: c, every: 1s, critical: "down" }
  d: { kind: fake, of: d, every: 1s, critical: "down" }
`

  test('warnings within 10 s join by an edit, later ones do not', async () => {
    const world = await openWorld(many)
    world.seen.set('a', { down: true })
    await world.advance(5_000)
    world.seen.set('b', { down: true })
    await world.advance(3_000)
    expect(world.chat.messages).toMatchObject([{ sound: false, edits: 1 }])
    expect(world.chat.last().text).toContain('2 of 2 still wrong')
    expect(world.chat.last().buttons).toEqual([
      'Acknowledge a',
      'Details a',
      'Acknowledge b',
      'Details b',
    ])
    expect(world.house.together(world.incident('a').id).map((one) => one.check)).toEqual(['a', 'b'])
    world.seen.set('a', { down: false })
    await world.advance(15_000)
    expect(world.chat.last().buttons).toEqual(['Acknowledge', 'Silence 1h', 'Details'])
    world.seen.set('a', { down: true })
    await world.advance(3_000)
    expect(world.chat.messages).toHaveLength(2)
  })

  test('a critical one never joins what made no sound', async () => {
    const world = await openWorld(many)
    world.seen.set('a', { down: true })
    await world.advance(3_000)
    world.seen.set('c', { down: true })
    await world.advance(3_000)
    world.seen.set('d', { down: true })
    world.seen.set('b', { down: true })
    await world.advance(3_000)
    expect(world.chat.messages.map((one) => one.sound)).toEqual([false, true])
    expect(world.chat.messages[1]?.text).toContain('3 of 3 still wrong')
  })

  test('nor what lost its sound because it was over before it was told', async () => {
    const world = await openWorld(many)
    world.chat.answer = () => ({ is: 'later', after: 1, why: 'away', wholeBot: true })
    world.seen.set('c', { down: true })
    await world.advance(2_500)
    world.seen.set('c', { down: false })
    await world.advance(3_000)
    expect(world.store.incidents.open()).toEqual([])
    world.seen.set('d', { down: true })
    await world.advance(2_000)
    world.chat.answer = () => undefined
    await world.advance(minute)
    expect(world.chat.loud()).toHaveLength(1)
    expect(world.chat.loud()[0]?.text).toContain('d is down')
  })

  test('over before it was delivered: a warning makes no message, a critical one no sound', async () => {
    const world = await openWorld(many)
    world.chat.answer = () => ({ is: 'later', after: 1, why: 'away', wholeBot: true })
    world.seen.set('a', { down: true })
    world.seen.set('b', { down: true })
    await world.advance(4_000)
    world.seen.set('a', { down: false })
    await world.advance(20_000)
    world.seen.set('b', { down: false })
    world.seen.set('c', { down: true })
    await world.advance(20_000)
    world.seen.set('c', { down: false })
    await world.advance(20_000)
    world.chat.answer = () => undefined
    await world.advance(2 * minute)
    expect(world.chat.messages).toMatchObject([{ sound: false, late: true }])
    expect(world.chat.last().text).toContain('c is fine again')
    expect(world.incidents('a')).toMatchObject([{ told: 'no', notice: null }])
    expect(world.incidents('b')).toMatchObject([{ told: 'no', notice: null }])
  })
})
