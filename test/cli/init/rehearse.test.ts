import { describe, expect, test } from 'vitest'
import { summary } from '../../../src/cli/init/rehearse.ts'
import type { Rehearsal } from '../../../src/contract/rehearsal.ts'

const rehearsal: Rehearsal = {
  fix: 'tidy',
  kind: 'clean-files',
  is: 'fixed',
  seen: { after: 1_000, saw: '3 files', limit: 'files > 0' },
  tries: [],
  plan: [],
  differs: [],
  clean: true,
  took: 2_000,
}

describe('how a rehearsal went, on one line', () => {
  test('when the fix helped', () =>
    expect(summary(rehearsal)).toBe(
      '✅ Rehearsed a fix (clean-files): fault made and seen after 1s, fixed, verified, cleaned up; 2s in all',
    ))

  test('when something is left of it', () =>
    expect(summary({ ...rehearsal, clean: false })).toContain('verified, not cleaned up;'))

  test('when it did not', () => {
    const failed = { ...rehearsal, is: 'failed', problem: 'still 3 files' } as const
    expect(summary(failed)).toBe('❌ Rehearsed a fix (clean-files): still 3 files')
  })
})
