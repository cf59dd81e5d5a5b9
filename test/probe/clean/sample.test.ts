import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandBraces, segmentPattern } from '../../../src/host/glob.ts'
import { movedInto } from '../../../src/probe/clean/sample.ts'

/** Whether a path matches a pattern without `**`, read as the host reads it. */
const matches = (pattern: string, path: string): boolean =>
  expandBraces(pattern).some((one) => {
    const parts = one.split('/')
    const names = path.split('/')
    return (
      parts.length === names.length &&
      parts.every((part, at) => segmentPattern(part).test(names[at] ?? ''))
    )
  })

const part = fc.constantFrom('a', 'log', '.', '-', '*', '?', '[abc]', '[!0-9]', '[x-z_]', '{gz,xz}')
const segment = fc
  .array(part, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))
  .filter((text) => !/^\.*$/.test(text) && !text.includes('**'))
const pattern = fc
  .array(segment, { minLength: 2, maxLength: 4 })
  .map((segments) => `/${segments.join('/')}`)

describe('a pattern moved elsewhere', () => {
  test('matches the names that are made up for it', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom('old1', 'new', 'link'), (pattern, tag) => {
        const moved = movedInto('/srv/s[c]r*tch', pattern)
        const path = moved.path(tag)
        fc.pre(path !== undefined)
        expect(matches(moved.pattern, path ?? '')).toBe(true)
      }),
    )
  })

  test.each([
    ['/var/tmp/build-*', 'build-*', 'build-old', true, false],
    ['/srv/app/**/*.log', '**/*.log', 'old.log', true, true],
    ['/srv/app/cache/**', '**/*', 'old', true, true],
    ['~/cache/{one,two}/x?.[ab]', 'x?.[ab]', 'xx.a', false, false],
    ['/srv/*/cache/data', '*/cache/data', 'x/cache/data', false, false],
    ['/var/lib/app/core', 'core', 'core', false, false],
  ])('%s', (pattern, tail, path, many, deep) => {
    const moved = movedInto('/scratch', pattern)
    expect(moved).toMatchObject({ pattern: `/scratch/${tail}`, many, deep })
    expect(moved.path('old')).toBe(`/scratch/${path}`)
  })

  test('is none where no usual name would do', () => {
    expect(movedInto('/scratch', '/srv/app/[§]*').path('old')).toBeUndefined()
  })
})
