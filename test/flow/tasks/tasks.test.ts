import { expect, test } from 'vitest'
import { OperatorError } from '../../../src/contract/error.ts'
import rollingRestart from '../../../src/jobs/rolling-restart.ts'
import task from '../../../src/jobs/task.ts'
import { asha, ben, openWorld, type World, type WorldOptions } from '../../support/flow.ts'

const hour = 3_600_000
const day = 24 * hour
const tidy = 'tasks:\n  tidy: { kind: mend, schedule: "30 13 * * *" }\n'
const moved = 'tasks:\n  tidy: { kind: mend, schedule: "30 15 * * *" }\n'

/** It is noon, UTC. */
const open = (yaml: string, options: WorldOptions = {}): Promise<World> =>
  openWorld(yaml, { jobs: [task, rollingRestart], ...options })

const due = async (world: World, pattern: string): Promise<void> => {
  world.scheduled.get(pattern)?.()
  await world.advance(2_000)
}

const ended = (world: World) => world.store.jobs.ended(10)
const why = (world: World, kind: string) => world.events(kind).map(({ reason }) => reason)

/** The data of the newest button about the schedule. */
const planOf = (world: World): string => {
  const presses = world.chat.tried.flatMap(({ message }) => message.buttons?.flat() ?? [])
  return presses.findLast(({ press }) => press.startsWith('schedule:'))?.press.slice(9) ?? ''
}
const prepare = (world: World, plan: string) => world.house.prepare({ do: 'schedule', plan })
const apply = (world: World, plan = planOf(world)) =>
  world.house.perform({ do: 'schedule', plan }, asha, 'token')

test('a task runs at its time, silently, and says in the list what came of it', async () => {
  await using world = await open(tidy)
  expect(world.house.tasks()).toMatchObject([
    {
      name: 'tidy',
      kind: 'mend',
      job: 'task',
      next: world.clock.now() + 1.5 * hour,
      running: false,
    },
  ])
  await due(world, '30 13 * * *')
  expect(world.acted).toHaveLength(1)
  expect(ended(world)[0]?.end).toMatchObject({ outcome: 'done', ok: true })
  expect(world.house.tasks()[0]?.last).toMatchObject({ ok: true })
  expect(world.chat.messages).toEqual([])
})

test('one that fails is told, without sound, with what it said', async () => {
  await using world = await open(tidy)
  world.act = async () => {
    throw new OperatorError('the broom is broken', 'Buy one.')
  }
  await due(world, '30 13 * * *')
  expect(world.chat.messages[0]?.text).toContain('❌ Running tidy failed: the broom is broken')
  expect(world.chat.loud()).toEqual([])
  expect(world.house.tasks()[0]?.last?.ok).toBe(false)
})

test('nothing to do is a good end', async () => {
  await using world = await open(tidy)
  world.steps = []
  await due(world, '30 13 * * *')
  expect(ended(world)[0]?.end).toMatchObject({ outcome: 'nothing-to-do', ok: true })
  expect(world.acted).toEqual([])
})

test('it never overlaps with itself: the second time is noted and left out', async () => {
  await using world = await open(tidy)
  const { promise, resolve } = Promise.withResolvers<string>()
  world.act = () => promise
  await due(world, '30 13 * * *')
  expect(world.house.tasks()[0]?.running).toBe(true)
  await due(world, '30 13 * * *')
  expect(why(world, 'task-skipped')).toEqual(['locked'])
  resolve('swept')
  await world.advance(2_000)
  expect(ended(world)).toHaveLength(1)
})

test('while another bot runs on the same token, nothing is run', async () => {
  await using world = await open(tidy)
  world.heldBack = true
  await due(world, '30 13 * * *')
  expect(why(world, 'task-skipped')).toEqual(['held-back'])
  expect(world.acted).toEqual([])
})

test('a run by hand shows what it will do, and does just that', async () => {
  await using world = await open(tidy)
  const action = { do: 'job', kind: 'task', about: { task: 'tidy' } } as const
  const asked = await world.house.prepare(action)
  expect(asked.steps).toEqual(['sweep the floor'])
  world.steps = [{ show: 'sweep the street', act: {} }]
  const changed = await world.house.perform(asked.action, ben, 'token-1')
  expect(JSON.stringify(changed)).toContain('outcome-changed')
  expect(ended(world)).toEqual([])
  const again = await world.house.prepare(action)
  expect(again.steps).toEqual(['sweep the street'])
  expect(await world.house.perform(again.action, ben, 'token-2')).toBeNull()
  await world.advance(2_000)
  expect(ended(world)[0]).toMatchObject({ by: 'Ben', end: { outcome: 'done' } })
})

test.each([
  ['missed by two hours', 3.5 * hour, ['done']],
  ['nearer to the next time', 15 * hour, []],
  ['not missed yet', hour, []],
  ['missed for three days, the last time an hour ago', 3 * day + 2.5 * hour, ['done']],
])('a start after a run that was %s', async (_, away, outcomes) => {
  await using world = await open(tidy)
  await world.kill()
  world.clock.jump(away)
  await world.start()
  await world.advance(3_000)
  expect(ended(world).map(({ end }) => end?.outcome)).toEqual(outcomes)
  await world.crash()
  await world.advance(3_000)
  expect(ended(world).map(({ end }) => end?.outcome)).toEqual(outcomes)
})

test('killed in the middle of it: not done again by itself, and said so', async () => {
  await using world = await open(tidy)
  world.act = () => new Promise(() => undefined)
  await due(world, '30 13 * * *')
  await world.crash()
  await world.advance(3_000)
  expect(ended(world)[0]?.end).toMatchObject({ outcome: 'interrupted', ok: false })
  expect(world.chat.messages.map(({ text }) => text).join()).toContain(
    '❌ Running tidy was interrupted by a restart of the bot',
  )
})

test('the first schedule is taken as it is, also where there was none', async () => {
  await using world = await open('')
  expect(world.chat.messages).toEqual([])
  await world.reload(tidy)
  expect(world.scheduled.has('30 13 * * *')).toBe(false)
})

test('another time waits for an admin; until then the old one counts', async () => {
  await using world = await open(tidy)
  await world.reload(moved)
  await world.advance(2_000)
  const [asked] = world.chat.messages
  expect(asked?.text).toContain(
    '− tidy · mend · 30 13 * * * · UTC\n+ tidy · mend · 30 15 * * * · UTC',
  )
  expect(asked?.buttons).toEqual(['Apply schedule'])
  expect(asked?.sound).toBe(false)
  expect([...world.scheduled.keys()]).toContain('30 13 * * *')
  expect((await prepare(world, planOf(world))).steps).toHaveLength(2)
  expect(await apply(world)).toMatchObject({ ok: true })
  await world.advance(2_000)
  expect([...world.scheduled.keys()]).toContain('30 15 * * *')
  expect([...world.scheduled.keys()]).not.toContain('30 13 * * *')
  expect(world.chat.messages[0]?.text).toContain('Asha applied the schedule')
  expect(world.chat.messages[0]?.buttons).toEqual([])
  await expect(prepare(world, planOf(world))).rejects.toThrow('in force already')
})

test('another zone moves every task, and waits like another time', async () => {
  await using world = await open(tidy)
  await world.reload(`timezone: Asia/Kolkata\n${tidy}`)
  await world.advance(2_000)
  expect(world.chat.messages[0]?.text).toContain(
    '− tidy · mend · 30 13 * * * · UTC\n+ tidy · mend · 30 13 * * * · Asia/Kolkata',
  )
})

test('it is asked once, however often the bot starts', async () => {
  await using world = await open(tidy)
  await world.reload(moved)
  for (let start = 0; start < 3; start++) {
    await world.crash()
    await world.advance(2_000)
  }
  expect(world.chat.messages.filter(({ buttons }) => buttons.length > 0)).toHaveLength(1)
  expect([...world.scheduled.keys()]).toContain('30 13 * * *')
})

test('what was removed stops at once, what is new waits and has no next time', async () => {
  await using world = await open(tidy)
  await world.reload('tasks:\n  polish: { kind: mend, schedule: "30 16 * * *" }\n')
  expect([...world.scheduled.keys()]).not.toContain('30 13 * * *')
  expect(world.house.tasks()).toMatchObject([{ name: 'polish', next: null }])
})

test('of two changes in a row the last one counts, and the older button says so', async () => {
  await using world = await open(tidy)
  await world.reload(moved)
  await world.advance(2_000)
  const older = planOf(world)
  await world.reload(moved.replace('15', '18'))
  await world.advance(2_000)
  expect(world.chat.messages[0]?.text).toContain('the newest message counts')
  await expect(prepare(world, older)).rejects.toThrow('the config has changed since')
  await expect(apply(world, older)).rejects.toThrow('the config has changed since')
  await apply(world)
  expect([...world.scheduled.keys()]).toContain('30 18 * * *')
})

test('back to what it was: nothing is left to apply', async () => {
  await using world = await open(tidy)
  await world.reload(moved)
  await world.advance(2_000)
  await world.reload(tidy)
  await world.advance(2_000)
  expect(world.chat.messages[0]?.text).toContain('nothing is to be applied')
  expect(world.chat.messages[0]?.buttons).toEqual([])
})

test('one that could not even begin is told, after quiet hours and with its next time', async () => {
  const ask = async () => {
    throw new OperatorError('the broom closet is locked')
  }
  const night = 'notify: { quiet_hours: { from: "22:00", to: "07:00" } }\n'
  await using world = await open(`${night}${tidy}`, {
    jobs: [{ ...task, ask }],
    at: '2026-03-10T23:00:00Z',
  })
  await due(world, '30 13 * * *')
  expect(why(world, 'task-not-begun')).toEqual(['failed'])
  await world.pass(7 * hour)
  expect(world.chat.messages).toEqual([])
  await world.pass(2 * hour)
  const told = world.chat.messages.filter(({ text }) => text.includes('tidy'))
  expect(told.map(({ sound }) => sound)).toEqual([false])
  expect(told[0]?.text).toContain('The task tidy could not begin: the broom closet is locked')
  expect(told[0]?.text).toContain('It is due again')
})
