import { describe, expect, test } from 'vitest'
import { createTasks } from '../../src/telegram/tasks.ts'
import { manualClock, memoryLog, settled } from './support.ts'

function setUp() {
  const clock = manualClock()
  const log = memoryLog()
  return { clock, log, tasks: createTasks({ clock, log }) }
}

const forever = (): Promise<void> => new Promise(() => undefined)

describe('tasks', () => {
  test('begin in the same tick', () => {
    let begun = false
    setUp().tasks.start(1, 'x', () => void (begun = true))
    expect(begun).toBe(true)
  })

  test('are bounded per user, and in all', () => {
    const { tasks } = setUp()
    const starts = Array.from({ length: 7 }, () => tasks.start(1, 'x', forever))
    expect(starts).toEqual([true, true, true, true, true, false, false])
    const others = Array.from({ length: 30 }, (_, i) => tasks.start(100 + i, 'x', forever))
    expect(others.filter(Boolean).length).toBe(25)
  })

  test('free their place when they end, well or not', async () => {
    const { tasks, log } = setUp()
    for (let i = 0; i < 5; i++) tasks.start(1, 'x', () => Promise.reject(new Error('no')))
    expect(tasks.start(1, 'x', forever)).toBe(false)
    await settled()
    expect(tasks.start(1, 'x', forever)).toBe(true)
    expect(log.lines.map(({ message }) => message)).toEqual(Array(5).fill('task failed'))
  })

  test('that never end free their place too, and are named', () => {
    const { tasks, clock, log } = setUp()
    for (let i = 0; i < 5; i++) tasks.start(1, '/logs', forever)
    clock.advance(900_000)
    expect(tasks.start(1, 'x', forever)).toBe(true)
    expect(log.lines[0]).toMatchObject({ level: 'error', fields: { what: '/logs' } })
  })

  test('what was confirmed is not refused', () => {
    const { tasks } = setUp()
    for (let i = 0; i < 40; i++) tasks.start(i, 'x', forever)
    let begun = false
    tasks.follow('restart', async () => void (begun = true))
    expect(begun).toBe(true)
  })

  test('are waited for, but not for ever', async () => {
    const { tasks, clock } = setUp()
    let end = (): void => undefined
    tasks.start(1, 'x', () => new Promise((resolve) => (end = resolve)))
    let drained = ''
    void tasks.drain(5000).then(() => (drained = 'ended'))
    await settled()
    expect(drained).toBe('')
    end()
    await settled()
    expect(drained).toBe('ended')
    tasks.start(1, 'x', forever)
    void tasks.drain(5000).then(() => (drained = 'given up'))
    clock.advance(5000)
    await settled()
    expect(drained).toBe('given up')
  })
})
