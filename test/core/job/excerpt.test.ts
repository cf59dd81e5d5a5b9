import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { excerpt } from '../../../src/core/job/excerpt.ts'

describe('an excerpt of an output', () => {
  test('has the lines that tell of errors', () => {
    const output = [
      '$ npm run build',
      '> web@1.0.0 build',
      'src/a.ts(3,5): error TS2304: Cannot find name',
      'Found 1 error.',
      'done with the rest',
      'npm error A complete log of this run can be found in: ~/.npm/_logs/x.log',
      '',
    ]
    expect(excerpt(output.join('\n'), 6)).toEqual([
      'src/a.ts(3,5): error TS2304: Cannot find name',
      'Found 1 error.',
    ])
  })

  test('has the last lines where none tells of an error', () => {
    expect(excerpt('$ make\none\ntwo\r\nthree  \n\n', 2)).toEqual(['two', 'three'])
    expect(excerpt('# The last lines of its log:\n', 2)).toEqual([])
  })

  test('says nothing twice', () => {
    expect(excerpt('Error: a\nError: b\nError: a\nError: a\n', 6)).toEqual(['Error: b', 'Error: a'])
  })

  test('is short, and only has lines of the output', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 9 }), (lines, most) => {
        const output = lines.join('\n')
        const found = excerpt(output, most)
        expect(found.length).toBeLessThanOrEqual(most)
        expect(found.every((line) => line !== '' && output.includes(line))).toBe(true)
      }),
    )
  })
})
