import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gap, line, t, verbatim } from '../../src/contract/message.ts'
import type { Arg, Block, Button, Message, Text } from '../../src/contract/message.ts'
import { parseHtml } from '../../src/standin/text/html.ts'
import { captionLimit, render, textLimit } from '../../src/telegram/render.ts'
import { english, noon } from './support.ts'
import { tries } from '../support/runs.ts'
import { character } from '../support/text.ts'

const words = english()
const rendered = (message: Message, late = false) => render(message, words, { late })
const html = (...blocks: Block[]): string => rendered({ blocks }).html
const numbered = (n: number): string[] => Array.from({ length: n }, (_, i) => `row ${i + 1}`)

const nasty = fc.oneof(
  fc.string({ unit: character, maxLength: 300 }),
  fc.constantFrom('<b>', '</pre>', '&lt', '\ud800', '\u0000', '\u001b[1m', '👩‍👩‍👧‍👦'.repeat(60), ' \n '),
  fc.integer({ min: 0, max: 6000 }).map((n) => '<&>'.repeat(n / 3)),
)
const argument: fc.Arbitrary<Arg> = fc.oneof(
  nasty,
  fc.double(),
  fc.record({ time: fc.oneof(fc.double(), fc.integer({ min: 0, max: 3e12 })) }),
  fc.record({ span: fc.double() }),
  fc.record({ code: nasty }),
  fc.record({ head: nasty.map(verbatim) }),
  fc.record({
    value: fc.oneof(fc.double(), fc.boolean(), fc.constant(null)),
    unit: fc.constant('bytes' as const),
  }),
)
const text: fc.Arbitrary<Text> = fc.oneof(
  nasty.map(verbatim),
  fc.record({ a: argument, b: argument }).map((args) => t('joined', args)),
  fc.record({ command: argument, about: argument }).map((args) => t('help-line', args)),
  fc.record({ id: fc.constant('absent'), pattern: nasty }),
)
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ line: text }),
  fc.constant(gap),
  fc.record({ list: fc.array(text, { maxLength: 80 }) }),
  fc.record({ code: fc.array(nasty, { maxLength: 80 }), folded: fc.boolean(), title: text }),
  fc.record({ quote: fc.array(text, { maxLength: 20 }), folded: fc.boolean() }),
)
const button: fc.Arbitrary<Button> = fc.record({ label: text, press: nasty })
const message: fc.Arbitrary<Message> = fc.record(
  {
    blocks: fc.array(block, { maxLength: 12 }),
    buttons: fc.array(fc.array(button, { maxLength: 10 }), { maxLength: 12 }),
    about: fc.constant(noon),
    file: fc.record({ name: nasty, text: nasty }),
  },
  { requiredKeys: ['blocks'] },
)

test('whatever is to be said fits the limits, with its markup whole', () => {
  fc.assert(
    fc.property(message, fc.boolean(), (said, late) => {
      const { html: source, plain, keyboard, file } = rendered(said, late)
      const parsed = parseHtml(source)
      expect(parsed.text).toBe(plain)
      expect(plain.length).toBeLessThanOrEqual(file ? captionLimit : textLimit)
      expect(file ? 'x' : plain.trim()).not.toBe('')
      expect(file ? file.bytes.length : 1).toBeGreaterThan(0)
      for (const key of keyboard.flat()) {
        expect('callback_data' in key && Buffer.byteLength(key.callback_data)).toBeLessThanOrEqual(
          64,
        )
        expect(key.text.trim()).not.toBe('')
      }
    }),
    tries(60),
  )
})

test('of a text that stands in a list, its first line may be all', () => {
  const end = t('backup-job-failed', { name: 'app-db', why: 'no room' })
  const list = [t('history-line', { at: 'now', text: { head: end } })]
  expect(html({ list })).toContain('<b>app-db was not backed up</b>')
  expect(html({ list })).not.toContain('no room')
})

describe('blocks', () => {
  test('lines, gaps and lists', () => {
    const blocks = [line('value-yes'), gap, { list: [verbatim('a'), verbatim('b')] }]
    expect(html(...blocks)).toBe('yes\n\n• a\n• b')
  })

  test('output is preformatted under its title; folded it is a quote to be opened', () => {
    const code = ['a < b', '  c']
    expect(html({ code, title: verbatim('Top') })).toBe('Top\n<pre>a &lt; b\n  c</pre>')
    expect(html({ code, title: verbatim('Top'), folded: true })).toBe(
      '<blockquote expandable>Top\n<code>a &lt; b\n  c</code></blockquote>',
    )
  })

  test('a message without words is not empty for Telegram', () => {
    expect(html()).toBe('—')
    expect(html({ code: [] }, { list: [] })).toBe('—')
  })
})

describe('what is too long', () => {
  const numberedTo = 1000

  test('output gives way before lines do, its newest lines stay, and the cut is said', () => {
    const { plain } = rendered({
      blocks: [line('value-yes'), { code: numbered(numberedTo) }, verbatimLine('after')],
    })
    expect(plain).toMatch(/^yes\n… \d+ more lines\nrow \d+/)
    expect(plain).toMatch(/row 1000\nafter$/)
    const [, missing] = /… (\d+) more/.exec(plain) ?? []
    expect(plain.match(/^row/gm)?.length).toBe(numberedTo - Number(missing))
    expect(plain.length).toBeGreaterThan(textLimit - 40)
  })

  test('folded output goes before open output', () => {
    const { plain } = rendered({
      blocks: [{ code: numbered(200) }, { code: numbered(numberedTo), folded: true }],
    })
    expect(plain.split('…')[0]).toContain('row 200')
  })

  test('a list keeps its beginning', () => {
    const { plain } = rendered({ blocks: [{ list: numbered(numberedTo).map(verbatim) }] })
    expect(plain).toMatch(/^• row 1\n/)
    expect(plain).toMatch(/… \d+ more lines$/)
  })

  test('with nothing else to give, data in lines is cut, then lines go from the end', () => {
    const { plain } = rendered({ blocks: [verbatimLine('x'.repeat(9000)), line('value-yes')] })
    expect(plain).toMatch(/^x+…\nyes$/)
    const many = rendered({ blocks: numbered(numberedTo).map(verbatimLine) }).plain
    expect(many).toMatch(/^row 1\n[^]*… \d+ more lines$/)
  })
})

describe('around the text', () => {
  test('a late message says what time it is about', () => {
    const said = { blocks: [line('value-yes')], about: noon - 3_600_000 }
    expect(rendered(said, true).plain).toBe('🕓 Told late: this is about 12:00.\nyes')
    expect(rendered(said).plain).toBe('yes')
  })

  test('a button that Telegram would refuse is left out and named, the rest stays', () => {
    const { keyboard, faults } = rendered({
      blocks: [line('value-yes')],
      buttons: [
        [{ label: verbatim('Good'), press: `a:${'x'.repeat(62)}`, style: 'danger' }],
        [{ label: verbatim('Long'), press: `a:${'ü'.repeat(32)}` }],
      ],
    })
    expect(keyboard).toEqual([
      [{ text: 'Good', callback_data: `a:${'x'.repeat(62)}`, style: 'danger' }],
    ])
    expect(faults).toEqual(['button "Long" with 66 bytes of data'])
  })

  test('a file has a safe name, and the blocks are its caption', () => {
    const { file, plain } = rendered({
      blocks: [{ code: numbered(500) }],
      file: { name: '../x y.log', text: 'lines' },
    })
    expect(file).toEqual({ name: '..-x-y.log', bytes: Buffer.from('lines') })
    expect(plain.length).toBeLessThanOrEqual(captionLimit)
  })
})

function verbatimLine(said: string): Block {
  return { line: verbatim(said) }
}
