import { describe, expect, test } from 'vitest'
import type { Block } from '../../../src/contract/message.ts'
import type { CourseEnd } from '../../../src/core/deploy/course.ts'
import { jobEndMessage } from '../../../src/core/say/job.ts'
import { deployEnd, rollbackEnd } from '../../../src/jobs/deploy/end.ts'
import { type DeployMemory, unknownYet } from '../../../src/jobs/deploy/memory.ts'
import { snapshotFacts } from '../../../src/jobs/deploy/snapshots.ts'
import { render } from '../../../src/telegram/render.ts'
import { faultsOf } from '../../support/texts.ts'
import { english } from '../../telegram/support.ts'

const memory: DeployMemory = {
  ...unknownYet,
  service: 'shop',
  host: 'main',
  ref: 'main',
  commit: 'eabf2b9'.padEnd(40, '0'),
  short: 'eabf2b9',
  author: 'Asha',
  subject: 'Sell more',
  strategy: 'reload',
  exclusive: false,
  validate: true,
  rehearseOn: null,
  backup: false,
  bake: 0,
  watch: 0,
  autoRollback: false,
  tries: 1,
  built: false,
  release: '20260131-021011-eabf2b9',
  previous: '20260130-021011-f225982',
  previousShort: 'f225982',
}

const unhealthy = {
  step: 'gate',
  end: 'failed',
  why: 'eabf2b9 was not healthy: exited with code 1',
} as const
const broken = { step: 'build', end: 'failed', why: 'npm run build failed on main' } as const
const again = {
  step: 'gate-old',
  end: 'failed',
  why: 'f225982 was not healthy either: HTTP 500',
} as const

const courseEnd = (part: Partial<CourseEnd>): CourseEnd => ({
  outcome: 'undone',
  notes: [],
  left: false,
  tries: 1,
  ...part,
})

const lines = ['Error: no such table: orders']
const words = english()

/** As it is read on the phone, but for how long it took. */
function shown(end: ReturnType<typeof deployEnd>): string {
  const over = { id: 1, end, took: 5_000, usual: null, by: null, cutShort: null, hasLog: false }
  const message = jobEndMessage({ ...over, lines })
  expect(faultsOf(message)).toEqual([])
  expect(message.blocks.filter((block: Block) => 'code' in block)).toEqual([{ code: lines }])
  return render(message, words, { late: false }).plain.replace(/\nTook .*/, '')
}

describe('the end of a deploy', () => {
  test.each<[string, Partial<CourseEnd>, string]>([
    [
      'an unhealthy release',
      { cause: unhealthy },
      '❌ Rolled back shop to f225982\neabf2b9 was not healthy: exited with code 1',
    ],
    [
      'a build that fails',
      { outcome: 'unchanged', cause: broken },
      '❌ shop was not deployed\nBuilding: npm run build failed on main\nNothing was changed.',
    ],
    [
      'no way back',
      { outcome: 'stuck', cause: unhealthy, trouble: again },
      '❌ shop is not healthy and could not be rolled back\neabf2b9 was not healthy: exited with code 1',
    ],
    [
      'a cancelled one',
      { outcome: 'cancelled', cause: { step: 'build', end: 'cancelled', why: 'by Asha' } },
      '❌ Cancelled the deploy of shop eabf2b9\nNothing was changed.',
    ],
  ])('says of %s what it came to, and why', (_, part, text) => {
    expect(shown(deployEnd(memory, courseEnd(part)))).toMatch(new RegExp(`^${text}\n`))
  })

  test('shows the errors of the step that matters', () => {
    const stepOf = (part: Partial<CourseEnd>) => deployEnd(memory, courseEnd(part)).shows
    expect(stepOf({ cause: unhealthy })).toBe('gate')
    expect(stepOf({ outcome: 'unchanged', cause: broken })).toBe('build')
    expect(stepOf({ outcome: 'stuck', cause: unhealthy, trouble: again })).toBe('gate-old')
    expect(stepOf({ outcome: 'cancelled', cause: { ...broken, end: 'cancelled' } })).toBeUndefined()
    expect(stepOf({ outcome: 'done' })).toBeUndefined()
  })

  test('says the same of a rollback', () => {
    const end = rollbackEnd(memory, courseEnd({ cause: unhealthy }))
    expect(shown(end)).toMatch(
      /^❌ shop was not rolled back\neabf2b9 was not healthy: exited with code 1\nIt runs f225982 again\./,
    )
    expect(end.shows).toBe('gate')
  })
})

describe('what was backed up before a deploy', () => {
  const saved = {
    ...memory,
    snapshots: [{ backup: 'app-db', snapshot: '4f2c1a9b'.padEnd(64, '0'), at: 0 }],
    made: ['app-db'],
  }

  test('is named once it is deployed, and the password of a new repository in any case', () => {
    const done = shown(deployEnd(saved, courseEnd({ outcome: 'done' })))
    expect(done).toContain('💾 app-db was backed up before: snapshot 4f2c1a9b')
    expect(done).toContain('The repository of app-db was made. Keep its password')
    const failed = shown(deployEnd(saved, courseEnd({ outcome: 'unchanged', cause: broken })))
    expect(failed).not.toContain('💾')
    expect(failed).toContain('Keep its password')
    const back = shown(rollbackEnd({ ...saved, built: true }, courseEnd({ outcome: 'done' })))
    expect(back).not.toContain('💾')
  })
})

describe('what was backed up before the release that is left', () => {
  const snapshots = [
    { backup: 'app-db', snapshot: '4f2c1a9b'.padEnd(64, '0'), at: 0 },
    { backup: 'x'.repeat(40), snapshot: '5'.repeat(64), at: 0 },
  ]
  const presses = (end: ReturnType<typeof deployEnd>) =>
    end.buttons?.map(({ press }) => press) ?? []
  const offered = ['restore-at:app-db:4f2c1a9b', `restore-at:${'x'.repeat(40)}:55555555`]

  test('is offered after a way back, and after none', () => {
    const left = { ...memory, snapshots }
    const back = { ...left, built: true }
    expect(presses(deployEnd(left, courseEnd({ outcome: 'undone' })))).toEqual(offered)
    expect(presses(deployEnd(left, courseEnd({ outcome: 'stuck' })))).toEqual(offered)
    expect(presses(rollbackEnd(back, courseEnd({ outcome: 'done' })))).toEqual(offered)
  })

  test('is not where nothing was left', () => {
    const left = { ...memory, snapshots }
    const back = { ...left, built: true }
    expect(presses(deployEnd(left, courseEnd({ outcome: 'done' })))).toEqual([])
    expect(presses(deployEnd(left, courseEnd({ outcome: 'unchanged' })))).toEqual([])
    expect(presses(rollbackEnd(back, courseEnd({ outcome: 'undone' })))).toEqual([])
  })

  test('is named with the minutes of writes that it would lose', () => {
    const [fact] = snapshotFacts({ snapshots: snapshots.slice(0, 1) }, 37 * 60_000)
    expect(words.plain(fact ?? { id: '' })).toBe(
      'app-db was backed up before that release: 4f2c1a9b. Going back to it would lose 37 min of writes.',
    )
  })
})
