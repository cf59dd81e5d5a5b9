import { describe, expect, it, vi } from 'vitest'
import { openChat } from '../../src/demo/chat.ts'
import { steps } from '../../src/demo/tour/steps.ts'
import type { Step } from '../../src/demo/tour/steps.ts'
import { runTour } from '../../src/demo/tour/tour.ts'
import type { Table } from '../../src/demo/table.ts'
import { textWidth } from '../../src/demo/terminal/width.ts'
import { createStandin } from '../../src/standin/standin.ts'
import { fakeClock } from '../support/clock.ts'
import { canvas } from './support.ts'

/** A tour in a chat without a bot. */
function played(some: readonly Partial<Step>[], width = Infinity) {
  const clock = fakeClock()
  const standin = createStandin({ clock })
  standin.addUser({ id: 1001, name: 'Asha' })
  const shown: string[] = []
  const print = (text: string): void => void shown.push(text)
  const paper = canvas({ width })
  const chat = openChat({ standin, user: 1001, canvas: paper, print })
  const house = { incident: () => undefined }
  const table = {
    clock,
    standin,
    chat,
    canvas: paper,
    print,
    line: { telegram: 'on' },
    bot: { house },
  }
  const stop = new AbortController()
  const complete = runTour({
    steps: some.map((step) => ({ name: '', why: '', does: [], sees: [], reading: 500, ...step })),
    orders: false,
    paced: true,
    patience: 60_000,
    // What these steps do needs neither a machine nor a bot.
    table: table as unknown as Table,
    stop: stop.signal,
  })
  return { clock, shown, stop, complete }
}

const unseen = { what: 'a unicorn', seen: () => false }

describe('a tour', () => {
  it('has an announcement for each step that fits on a line', () => {
    expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length)
    for (const { why } of steps) expect(textWidth(`▸ 16/16 ${why}`)).toBeLessThanOrEqual(80)
  })

  it('fails with the name of the step that does not happen in its time', async () => {
    const { clock, shown, complete } = played([
      { name: 'magic', sees: [unseen] },
      { name: 'after' },
    ])
    clock.advance(59_999)
    expect(shown).toHaveLength(1)
    clock.advance(1)
    expect(await complete).toBe(false)
    expect(shown.slice(1)).toEqual(['✘ magic: not seen: a unicorn'])
  })

  it('fails where the button to press is not there', async () => {
    const { shown, complete } = played([{ name: 'take', does: ['[Acknowledge]'] }])
    expect(await complete).toBe(false)
    expect(shown.at(-1)).toBe('✘ take: there is no button [Acknowledge]')
  })

  it('ends when it is told to, while it waits', async () => {
    const { stop, shown, complete } = played([{ name: 'magic', sees: [unseen] }])
    stop.abort()
    expect(await complete).toBe(false)
    expect(shown.at(-1)).toBe('✘ magic: the tour was ended')
  })

  it('pauses for reading, and says what was seen', async () => {
    const { clock, shown, complete } = played([{ name: 'one', why: 'Now this.' }])
    await vi.waitFor(() => expect(clock.pending()).toBe(1))
    clock.advance(500)
    expect(await complete).toBe(true)
    expect(shown).toEqual([
      '▸ 1/1 Now this.',
      '✔ Seen: 0 incidents · 0 fixed without a person · 0 messages, 0 with sound',
    ])
  })

  it('wraps its words in a narrow terminal', async () => {
    const { shown, complete } = played(
      steps.map(({ why }) => ({ why, does: ['[none]'] })),
      40,
    )
    await complete
    expect(shown.length).toBeGreaterThan(2)
    for (const line of shown.slice(0, -1)) expect(textWidth(line)).toBeLessThanOrEqual(40)
  })
})
