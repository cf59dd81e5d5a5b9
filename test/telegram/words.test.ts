import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FluentBundle, FluentResource } from '@fluent/bundle'
import { afterAll, describe, expect, test } from 'vitest'
import { t, verbatim } from '../../src/contract/message.ts'
import type { Arg } from '../../src/contract/message.ts'
import { parseHtml } from '../../src/standin/text/html.ts'
import { createWords } from '../../src/telegram/words.ts'
import { english, noon } from './support.ts'

const words = english()
const arg = (value: Arg): string => words.html(t('joined', { a: value, b: 'x' })).slice(0, -4)

describe('arguments', () => {
  test.each([
    ['data is escaped', '<b> & "c"', '&lt;b&gt; &amp; &quot;c&quot;'],
    ['terminal colours and control characters go', '\u001b[31mred\u001b[0m\u0007', 'red'],
    ['half a surrogate pair is replaced', 'a\ud83d', 'a\ufffd'],
    ['code', { code: 'a<b' }, '<code>a&lt;b</code>'],
    ['a text inside a text', t('value-yes'), 'yes'],
    ['percent', { value: 85.24, unit: 'percent' }, '85.2 %'],
    ['whole percent', { value: 85, unit: 'percent' }, '85 %'],
    ['bytes', { value: 1.2 * 2 ** 30, unit: 'bytes' }, '1.2 GiB'],
    ['duration', { value: 340, unit: 'duration' }, '340 ms'],
    ['count', { value: 3, unit: 'count' }, '3'],
    ['number', { value: 0.526, unit: 'number' }, '0.53'],
    ['flag', { value: true, unit: 'flag' }, 'yes'],
    ['nothing measured', { value: null, unit: 'percent' }, 'unknown'],
    ['no number', { value: NaN, unit: 'percent' }, 'unknown'],
    ['span', { span: 250_000 }, '4 min 10 s'],
    ['even span', { span: 3_600_000 }, '1 h'],
    ['rounding up to the next unit', { span: 59_999 }, '1 min'],
    ['no time', { span: 0 }, '0 s'],
    ['days', { span: 3 * 86_400_000 + 4 * 3_600_000 + 59_000 }, '3 d 4 h'],
    ['milliseconds', { span: 340 }, '340 ms'],
  ] as const)('%s', (_, value, shown) => expect(arg(value)).toBe(shown))

  test('a time of today is a clock time, in the configured zone where clients cannot', () => {
    expect(arg({ time: noon - 60_000 })).toBe(
      `<tg-time unix="${noon / 1000 - 60}" format="t">12:59</tg-time>`,
    )
  })

  test('an older time brings its date', () => {
    expect(arg({ time: noon - 3 * 86_400_000 })).toMatch(/format="wdt">Mon,? 12 Jan,? 13:00</)
  })

  test.each([NaN, Infinity, -1, 0, 2 ** 53])('a time that cannot be one: %s', (time) => {
    expect(() => parseHtml(arg({ time }))).not.toThrow()
    expect(arg({ time })).not.toContain('tg-time')
  })

  test('data is cut to the length asked for', () => {
    expect(words.html(verbatim('a'.repeat(50)), 10)).toBe(`${'a'.repeat(9)}…`)
  })
})

describe('texts of plug-ins and the config file', () => {
  const pattern = (text: string, args?: Record<string, Arg>): string =>
    words.html({ id: 'no-such-id', pattern: text, ...(args && { args }) })

  test.each([
    ['arguments', 'free { $what } <soon>', 'free 5 &lt;x&gt; &lt;soon&gt;'],
    ['what is not Fluent is shown as it is', "awk '{print $1}'", "awk '{print $1}'"],
    ['markup in a literal is no markup', '{ "<b>" }', '{ &quot;&lt;b&gt;&quot; }'],
    ['several lines', 'one\ntwo', 'one\ntwo'],
  ])('%s', (_, text, shown) => expect(pattern(text, { what: '5 <x>' })).toBe(shown))

  test('a translation of the id comes before the pattern', () => {
    expect(words.html({ id: 'value-yes', pattern: 'other' })).toBe('yes')
  })

  test('without either the id itself is shown', () => {
    expect(words.html(t('no-such-<id>'))).toBe('no-such-&lt;id&gt;')
  })
})

describe('languages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'words-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'en.ftl'), 'a = one\nb = two\n')
  writeFileSync(join(folder, 'xx.ftl'), 'a = eins\n')
  writeFileSync(
    join(folder, 'xx.more.ftl'),
    'c = { $n ->\n    [one] Ding\n   *[other] Dinge\n  }\n',
  )
  const options = { folder, zone: 'UTC', now: () => noon }

  test('all files of a language count, and English where it has no word', () => {
    const xx = createWords({ ...options, language: 'xx' })
    expect([xx.html(t('a')), xx.html(t('b'))]).toEqual(['eins', 'two'])
    expect([xx.html(t('c', { n: 1 })), xx.html(t('c', { n: 2 }))]).toEqual(['Ding', 'Dinge'])
  })

  test('without English there is nothing to fall back to', () => {
    expect(() => createWords({ ...options, folder: tmpdir(), language: 'en' })).toThrow('no en.ftl')
  })
})

describe('the English texts', () => {
  const files = readdirSync('locales').filter((name) => /^en\..*ftl$/.test(name))
  const source = files.map((file) => readFileSync(join('locales', file), 'utf8')).join('\n')
  const ids = [...source.matchAll(/^([a-z][\w-]*) =/gm)].map(([, id = '']) => id)

  test('none is written twice', () => expect(new Set(ids).size).toBe(ids.length))

  test.each(ids)('%s is valid Fluent and valid markup', (id) => {
    const bundle = new FluentBundle('en', { useIsolating: false })
    bundle.addResource(new FluentResource(source))
    expect(bundle.getMessage(id)?.value).toBeTruthy()
    expect(() => parseHtml(words.html(t(id)))).not.toThrow()
  })

  test('every text that the room and the handlers use is there', () => {
    const used = ['src/telegram', 'handlers', 'handlers/shared'].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) => [
          ...readFileSync(join(folder, name), 'utf8').matchAll(/\b(?:t|line)\(\s*'([\w-]+)'/g),
        ])
        .map(([, id = '']) => id),
    )
    expect(used.length).toBeGreaterThan(80)
    expect(used.filter((id) => !ids.includes(id))).toEqual([])
  })
})
