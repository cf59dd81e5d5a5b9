import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { showAnswer, showEdit, showMessage } from '../../src/demo/terminal/message.ts'
import { textWidth } from '../../src/demo/terminal/width.ts'
import { canvas, keyboard, message } from './support.ts'

const esc = '\u001b'

describe('a message in the terminal', () => {
  it('shows who, when, which, how loud, and the text', () => {
    expect(showMessage(message('👋 <b>Hello</b>\nyou'), canvas({}))).toBe(
      ['Mechanic · 14:02:11 · message 7 · 🔕 silent', ' │ 👋 Hello', ' │ you'].join('\n'),
    )
    const loud = message('now', { disable_notification: false, reply_to: 3 })
    expect(showMessage(loud, canvas({})).split('\n')[0]).toBe(
      'Mechanic · 14:02:11 · message 7 · ↩ in reply to message 3 · 🔔 with sound',
    )
  })

  it.each([
    ['<b>bold</b>', `${esc}[1mbold${esc}[0m`],
    ['<i>italic</i>', `${esc}[3mitalic${esc}[0m`],
    ['<b>a<i>b</i></b>', `${esc}[1ma${esc}[0m${esc}[1;3mb${esc}[0m`],
    ['<code>code</code>', `${esc}[36mcode${esc}[0m`],
    ['<s>gone</s>', `${esc}[9mgone${esc}[0m`],
    ['<b>two\nlines</b>', `${esc}[1mlines${esc}[0m`],
    ['<blockquote>said</blockquote>', `${esc}[36m▎ ${esc}[0msaid`],
  ])('gives %s its looks', (html, shown) => {
    expect(showMessage(message(html), canvas({ colour: true }))).toContain(shown)
  })

  it('has no escape sequence where there is no colour', () => {
    const html = '<b>a</b> <i>b</i> <code>c</code> <a href="https://example.org/x">d</a>'
    const shown = showMessage(message(html, { reply_markup: keyboard('Go') }), canvas({}))
    expect(shown).not.toContain(esc)
    expect(shown).toContain(' │ a b c d (https://example.org/x)')
  })

  it('does not let a text steer the terminal', () => {
    const shown = showMessage(message(`a${esc}[2Jb\u0007c\td`), canvas({}))
    expect(shown).toContain(' │ a\u{fffd}[2Jb\u{fffd}c  d')
  })

  it('folds a long quote until it is opened', () => {
    const html = '<blockquote expandable>1\n2\n3\n4\n5</blockquote>\nafter'
    const folded = showMessage(message(html), canvas({}))
    expect(folded.split('\n').slice(3)).toEqual([
      ' │ ▎ 3',
      ' │ ▎ ⌄ 2 more lines: type more',
      ' │ after',
    ])
    expect(showMessage(message(html), canvas({}), true)).toContain(' │ ▎ 5\n')
  })

  it('wraps at words, and keeps the bar of a quote', () => {
    const shown = showMessage(
      message('<blockquote>one two three four five six seven</blockquote>'),
      canvas({ width: 30 }),
    )
    expect(shown.split('\n').slice(1)).toEqual([' │ ▎ one two three four five ', ' │ ▎ six seven'])
  })

  it('never writes a line that is wider than the terminal, and loses nothing', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '✅', '漢', 'e\u0301', '-') })
    fc.assert(
      fc.property(text, fc.integer({ min: 23, max: 90 }), (source, width) => {
        const [, ...rows] = showMessage(message(`x${source}`), canvas({ width })).split('\n')
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(width)
        expect(rows.map((row) => row.slice(3)).join('')).toBe(`x${source}`)
      }),
    )
  })

  it('shows a file by its name, its size and its first lines', () => {
    const bytes = new TextEncoder().encode('1\n2\n3\n4\n5\n6\n7\n')
    const document = { file_id: 'x', name: 'checks.txt', mime: 'text/plain', bytes }
    const shown = showMessage(message('All of it', { document }), canvas({}))
    expect(shown.split('\n').slice(1)).toEqual([
      ' │ 📎 checks.txt · 14 B',
      ...[1, 2, 3, 4, 5].map((line) => ` │   ${line}`),
      ' │   … 2 more lines',
      ' │ All of it',
    ])
  })
})

describe('buttons', () => {
  it('are numbered through the whole chat', () => {
    const screen = canvas({})
    const first = message('a', { message_id: 1, reply_markup: keyboard('Acknowledge', 'Logs') })
    const second = message('b', { message_id: 2, reply_markup: keyboard('Restart') })
    expect(showMessage(first, screen)).toContain(' │ [1] Acknowledge   [2] Logs')
    expect(showMessage(second, screen)).toContain(' │ [3] Restart')
    expect(screen.buttons.find(3)).toEqual({ messageId: 2, data: 'do:Restart', label: 'Restart' })
  })

  it('keep their number in an edit, and new ones get the next', () => {
    const screen = canvas({})
    showMessage(message('a', { reply_markup: keyboard('Acknowledge', 'Logs') }), screen)
    const edited = message(['a', 'b'], { reply_markup: keyboard('Logs', 'Restart') })
    expect(showEdit(edited, screen)).toContain(' │ [2] Logs   [3] Restart')
    expect(screen.buttons.live([edited]).map(({ number }) => number)).toEqual([2, 3])
  })

  it('that are gone cannot be pressed any more', () => {
    const screen = canvas({})
    showMessage(message('a', { reply_markup: keyboard('Acknowledge') }), screen)
    expect(screen.buttons.live([message(['a', 'over'])])).toEqual([])
  })

  it('are coloured by their style, and links lead somewhere', () => {
    const reply_markup = {
      inline_keyboard: [
        [
          { text: 'Restart web', callback_data: 'yes:1', style: 'danger' },
          { text: 'Docs', url: 'https://example.org' },
        ],
      ],
    }
    const shown = showMessage(message('?', { reply_markup }), canvas({ colour: true }))
    expect(shown).toContain(`${esc}[1;41;97mRestart web${esc}[0m`)
    expect(shown).toContain('Docs ↗ https://example.org')
  })
})

describe('an edit', () => {
  it('says which message it is, and shows what is new', () => {
    const edited = message([
      '🔴 web is down\nSince 14:00\ntrying\nadvice\nmore',
      '🔴 web is down\nSince 14:00\nwatching\nadvice\nmore',
    ])
    expect(showEdit(edited, canvas({}))).toBe(
      [
        '✎ Mechanic edited message 7 · 14:02:12',
        ' │ 🔴 web is down',
        ' │ ⋮ 1 line as before',
        ' │ watching',
        ' │ ⋮ 2 lines as before',
      ].join('\n'),
    )
  })
})

describe('an answer to a press', () => {
  it('pops up below', () => {
    expect(showAnswer('On it', canvas({}))).toBe(' ╰─  On it ')
  })
})
