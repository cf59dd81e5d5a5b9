import { describe, expect, test } from 'vitest'
import run from '../../handlers/run.ts'
import { verbatim } from '../../src/contract/message.ts'
import type { TaskView } from '../../src/contract/view.ts'
import { fakeHouse, noon } from './house.ts'
import { buttonsOf, press, type } from './support.ts'

describe('/run', () => {
  test('alone offers what there is', async () => {
    const heard = await type(run, '/run')
    expect(buttonsOf(heard)).toEqual([
      ['Test alert', 'run:test-alert'],
      ['Rehearse free-disk', 'rehearse:free-disk'],
      ['Rehearse restart:web', 'rehearse:restart:web'],
    ])
  })

  test.each(['/run rehearse', '/run reh'])('%s offers every fix', async (text) => {
    const heard = await type(run, text)
    expect(buttonsOf(heard).map(([label]) => label)).toEqual([
      'free-disk',
      'restart:web',
      'renew (plan only)',
    ])
  })

  test('rehearse NAME says that it began, and what came of it', async () => {
    const { texts } = await type(run, '/run rehearse free')
    expect(texts).toEqual(['⏳ Rehearsing free-disk… up to 2 minutes.', '✅ Rehearsed free-disk'])
  })

  test('a plan needs no such word', async () => {
    expect((await type(run, '/run rehearse renew')).texts).toEqual(['✅ Rehearsed renew'])
  })

  test('test-alert NAME sends one', async () => {
    const { texts, house } = await type(run, '/run test dis')
    expect(texts).toEqual([
      '🧪 A test alert of disk is on its way. It says itself what came of it.',
    ])
    expect(house.state.alerts).toEqual(['disk for Asha'])
  })

  test('a mistyped word or name gets what comes near, a press away', async () => {
    const word = await type(run, '/run rehaerse')
    expect(buttonsOf(word)).toEqual([
      ['rehearse', 'run:rehearse'],
      ['test-alert', 'run:test-alert'],
    ])
    const name = await type(run, '/run rehearse fere-disk')
    expect(buttonsOf(name)[0]).toEqual(['free-disk', 'rehearse:free-disk'])
    const check = await type(run, '/run test-alert dsik')
    expect(check.house.state.alerts).toEqual([])
    expect(buttonsOf(check).length).toBeGreaterThan(0)
  })

  test('without any fix it says where they are named', async () => {
    const house = fakeHouse()
    house.state.rehearsals = []
    expect((await type(run, '/run rehearse', { house })).texts[0]).toMatch(/^There are no fixes/)
  })
})

describe('its buttons', () => {
  test('lead on', async () => {
    expect(buttonsOf(await press(run, 'run:rehearse')).length).toBe(3)
    expect(buttonsOf(await press(run, 'run:test-alert')).length).toBe(6)
  })

  test('do it', async () => {
    const played = await press(run, 'rehearse:restart:web')
    expect(played.answers).toEqual(['⏳ Rehearsing restart:web… up to 2 minutes.'])
    expect(played.texts).toEqual(['✅ Rehearsed restart:web'])
    const { answers, house } = await press(run, 'test-alert:disk')
    expect(answers[0]).toMatch(/^🧪 A test alert of disk/)
    expect(house.state.alerts).toEqual(['disk for Asha'])
  })

  test('say when it is gone', async () => {
    for (const data of ['rehearse:old', 'test-alert:old'])
      expect((await press(run, data)).answers).toEqual(['That is no longer there.'])
  })
})

describe('/run and what is scheduled', () => {
  const task = (name: string, fields: Partial<TaskView> = {}): TaskView => ({
    name,
    key: name,
    kind: 'clean-files',
    job: 'task',
    about: { task: name },
    schedule: '0 5 * * *',
    next: noon + 3_600_000,
    running: false,
    ...fields,
  })
  const withTasks = (...tasks: TaskView[]) => {
    const house = fakeHouse()
    house.state.tasks = tasks
    return house
  }

  test('alone lists what is scheduled, what is next first, with its last run', async () => {
    const last = { at: noon - 60_000, ok: true, text: verbatim('✅ Ran tidy: freed 1 GiB') }
    const house = withTasks(
      task('waits', { next: null }),
      task('later', { next: noon + 7_200_000, running: true }),
      task('tidy', { last }),
    )
    const heard = await type(run, '/run', { house })
    const lines = heard.texts[0]?.split('\n') ?? []
    expect(lines.slice(0, 4)).toEqual([
      '🗓 Scheduled',
      expect.stringMatching(/^• tidy \(clean-files\), next .*, last .*: ✅ Ran tidy: freed 1 GiB$/),
      '• ⏳ later (clean-files) is running, never run yet',
      '• ⏸ waits (clean-files) waits until an admin applies the schedule, never run yet',
    ])
    expect(buttonsOf(heard).slice(0, 4)).toEqual([
      ['Run waits', 'task:waits'],
      ['Run later', 'task:later'],
      ['Run tidy', 'task:tidy'],
      ['Test alert', 'run:test-alert'],
    ])
  })

  test.each(['/run tidy', '/run ti'])('%s asks before it starts', async (text) => {
    const heard = await type(run, text, { house: withTasks(task('tidy')) })
    expect(heard.asked).toEqual([{ do: 'job', kind: 'task', about: { task: 'tidy' } }])
    expect(heard.texts).toEqual([])
  })

  test('its button asks too, and says when it is gone', async () => {
    const weekly = task('weekly', { kind: 'rolling-restart', job: 'rolling-restart' })
    const house = withTasks(weekly)
    expect((await press(run, 'task:weekly', { house })).asked).toEqual([
      { do: 'job', kind: 'rolling-restart', about: { task: 'weekly' } },
    ])
    expect((await press(run, 'task:other', { house })).answers).toEqual([
      'That is no longer there.',
    ])
  })

  test('a beginning that our own words share is theirs, the whole name the task’s', async () => {
    const house = withTasks(task('rehearse-all'), task('test'))
    expect((await type(run, '/run rehearse', { house })).asked).toEqual([])
    expect((await type(run, '/run test', { house })).asked).toHaveLength(1)
  })

  test('Apply schedule asks for the plan of its button, and is for admins', async () => {
    expect((await press(run, 'schedule:abc')).asked).toEqual([{ do: 'schedule', plan: 'abc' }])
    expect(run.presses?.['schedule']).toEqual({ role: 'admin' })
  })
})
