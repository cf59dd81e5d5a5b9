import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/standin/refusal.ts'
import { parseHtml } from '../../src/standin/text/html.ts'
import { character } from '../support/text.ts'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function entities(source: string): readonly string[] {
  return parseHtml(source).entities.map(({ type, offset, length, ...rest }) =>
    [type, offset, length, ...Object.values(rest)].join(' '),
  )
}

function reason(source: string): string {
  try {
    parseHtml(source)
  } catch (error) {
    if (error instanceof Refusal)
      return error.message.replace("Bad Request: can't parse entities: ", '')
    throw error
  }
  return 'accepted'
}

describe('tags', () => {
  it.each([
    ['<b>x</b><strong>y</strong>', ['bold 0 1', 'bold 1 1']],
    ['<i>x</i><em>y</em>', ['italic 0 1', 'italic 1 1']],
    ['<u>x</u><ins>y</ins>', ['underline 0 1', 'underline 1 1']],
    [
      '<s>x</s><strike>y</strike><del>z</del>',
      ['strikethrough 0 1', 'strikethrough 1 1', 'strikethrough 2 1'],
    ],
    ['<tg-spoiler>x</tg-spoiler><span class="tg-spoiler">y</span>', ['spoiler 0 1', 'spoiler 1 1']],
    ['<code>x</code>', ['code 0 1']],
    ['<pre>x</pre>', ['pre 0 1']],
    ['<pre><code class="language-sh">x</code></pre>', ['pre 0 1 sh']],
    ['<code class="language-sh"><pre>x</pre></code>', ['pre 0 1 sh']],
    ['<blockquote>x</blockquote>', ['blockquote 0 1']],
    ['<blockquote expandable>x</blockquote>', ['expandable_blockquote 0 1']],
    [
      '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
      ['custom_emoji 0 2 5368324170671202286'],
    ],
    ['<tg-time unix="1647531900" format="wDT">then</tg-time>', ['date_time 0 4 1647531900 wDT']],
    ['<tg-time unix=1647531900 format=r>then</tg-time>', ['date_time 0 4 1647531900 r']],
    ['<tg-time unix="1647531900">then</tg-time>', ['date_time 0 4 1647531900 ']],
    [
      '<a href="https://example.com/?a=1&amp;b=2">x</a>',
      ['text_link 0 1 https://example.com/?a=1&b=2'],
    ],
    ['<a href="example.com">x</a>', ['text_link 0 1 http://example.com/']],
    ['<B>x</B>', ['bold 0 1']],
    ['<b>x</>', ['bold 0 1']],
    ['<b></b>', []],
  ])('%s', (source, expected) => {
    expect(entities(source)).toEqual(expected)
  })

  it('mentions a person by id', () => {
    expect(parseHtml('<a href="tg://user?id=1001">Asha</a>').entities).toMatchObject([
      { type: 'text_mention', user: { id: 1001 } },
    ])
  })

  it('drops links that lead nowhere for Telegram', () => {
    expect(entities('<a href="http://localhost:3000/">x</a><a href="no link">y</a>')).toEqual([])
  })
})

describe('nesting', () => {
  it('orders outer before inner', () => {
    expect(entities('<b>a<i>b</i></b>')).toEqual(['bold 0 2', 'italic 1 1'])
  })

  it('keeps styles out of code', () => {
    expect(entities('<b>a<code>b</code>c</b>')).toEqual(['bold 0 1', 'code 1 1', 'bold 2 1'])
    expect(entities('<code>a<b>b</b></code>')).toEqual(['code 0 2'])
    expect(entities('<pre><a href="https://a.example">b</a></pre>')).toEqual(['pre 0 1'])
  })

  it('keeps no quotation inside another', () => {
    expect(entities('<blockquote>a<blockquote expandable>b</blockquote></blockquote>')).toEqual([
      'blockquote 0 2',
    ])
  })

  it('counts offsets in UTF-16 units', () => {
    expect(entities('é👍<b>x</b>')).toEqual(['bold 3 1'])
  })
})

describe('character references', () => {
  it.each([
    ['&lt;&gt;&amp;&quot;', '<>&"'],
    ['&#60;&#x1F44D;', '<👍'],
    ['&lt', '<'],
    ['&nbsp; &#0; &#; &LT; &', '&nbsp; &#0; &#; &LT; &'],
    ['a & b > c', 'a & b > c'],
    ['&amp;lt;', '&lt;'],
  ])('%s', (source, text) => {
    expect(parseHtml(source).text).toBe(text)
  })
})

describe('errors', () => {
  it.each([
    ['<b>x', `Can't find end tag corresponding to start tag "b"`],
    ['é<b', 'Unclosed start tag at byte offset 2'],
    ['a < b', 'Unsupported start tag "" at byte offset 2'],
    ['1<2', 'Unclosed start tag at byte offset 1'],
    ['<br/>', 'Unsupported start tag "br/" at byte offset 0'],
    ['<div>x</div>', 'Unsupported start tag "div" at byte offset 0'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<span class="x">y</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<a href', 'Unclosed start tag "a" at byte offset 0'],
    ['<a =x>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['<a href=http://x>', 'Unexpected end of name token at byte offset 8'],
    ['<tg-emoji emoji-id="x">y</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['<tg-time unix="1" format="q">y</tg-time>', 'Invalid date format used'],
    [
      '&#xd83d;x',
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    ],
  ])('%s', (source, expected) => {
    expect(reason(source)).toBe(expected)
  })
})

describe('any text', () => {
  const anything = fc.string({ unit: 'grapheme', maxLength: 200 })

  it('comes back from its escaped form, plain and inside tags', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(parseHtml(escape(text))).toEqual({ text, entities: [] })
        expect(parseHtml(`<b>${escape(text)}</b>`).text).toBe(text)
      }),
    )
  })

  it('throws nothing but a parse error, and entities lie within the text', () => {
    const piece = fc.oneof(
      fc.constantFrom('<', '>', '</', '&', '"', "'", '=', ' ', ';', '#x', '\0'),
      fc.constantFrom('<b>', '</b>', '<pre>', '</pre>', '<code class="language-x">', '</code>'),
      fc.constantFrom(
        '<a href=',
        '<tg-time unix=',
        '<blockquote expandable>',
        '</blockquote>',
        '</>',
      ),
      fc.string({ unit: character, maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = pieces.join('')
        if (reason(source) !== 'accepted') return true
        const { text, entities: found } = parseHtml(source)
        return found.every(({ offset, length }) => length > 0 && offset + length <= text.length)
      }),
      { numRuns: 500 },
    )
  })
})
