import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isReleaseName,
  nameFor,
  pathsOf,
  whyNot,
  whyNotShared,
} from '../../../src/jobs/deploy/paths.ts'
import { findRef, parseRefs, quoted } from '../../../src/jobs/deploy/refs.ts'
import { tries } from '../../support/runs.ts'
import { character } from '../../support/text.ts'

const at = Date.UTC(2026, 0, 31, 2, 10, 11)
const commit = '4f2c1a9b7d0e4f2c1a9b7d0e4f2c1a9b7d0e4f2c'

test('a release is named by UTC time and commit', () => {
  expect(nameFor(commit, at, [])).toBe('20260131-021011-4f2c1a9')
  const taken = ['20260131-021011-4f2c1a9', '20260131-021012-4f2c1a9']
  expect(nameFor(commit, at, taken)).toBe('20260131-021013-4f2c1a9')
})

test('names of releases are never the same, and sort by time', () => {
  const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000)
  fc.assert(
    fc.property(fc.array(time, { maxLength: 20 }), (times) => {
      const names: string[] = []
      for (const one of times.toSorted((a, b) => a - b)) names.push(nameFor(commit, one, names))
      expect(new Set(names).size).toBe(names.length)
      expect(names.toSorted()).toEqual(names)
      expect(names.every(isReleaseName)).toBe(true)
    }),
    tries(100),
  )
})

test.each([
  '/',
  '//',
  '/home/asha',
  '/home/asha/',
  '/root',
  '/Users/asha',
  '/etc',
  '/etc/web',
  '/srv',
  '/var',
  '/tmp',
  '/usr',
  'srv/web',
  '~/web',
  '',
  '/srv/../etc',
  '/srv/web/..',
  '/srv//web',
  '/srv/./web',
  '/srv/web/',
  '/srv/we*b',
  '/srv/$(id)',
  '/srv/a b',
  '/srv/a\nb',
  '/srv/\0',
])('%j may not be a deploy path', (path) => {
  expect(whyNot(path)).not.toBeNull()
  expect(() => pathsOf(path)).toThrow(/may not be a deploy path/)
})

test.each([
  '/srv/web',
  '/app',
  '/opt/web',
  '/dev/shm/x',
  '/var/www/web.example.com',
  '/home/asha/apps/web',
  '/opt/größe',
])('%s may', (path) => expect(whyNot(path)).toBeNull())

test('what is below a deploy path stays below it, whatever is asked for', () => {
  const paths = pathsOf('/srv/web')
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('.', '..', '../x', '')), (name) => {
      if (isReleaseName(name) || /^[a-zA-Z0-9][\w.@+=:,-]{0,99}$/.test(name))
        expect(paths.release(name)).toBe(`/srv/web/releases/${name}`)
      else expect(() => paths.release(name)).toThrow('is no name of a release')
    }),
    tries(100),
  )
  for (const job of [-1, 1.5, Number.NaN]) expect(() => paths.scratch(job)).toThrow('is no job')
  expect(paths.scratch(7)).toBe('/srv/web/scratch/7')
})

test.each(['/etc/passwd', '..', 'a/../b', '.', '', 'a//b', 'a\nb', './a', '/'])(
  '%j cannot be shared',
  (entry) => expect(whyNotShared(entry)).not.toBeNull(),
)
test.each(['.env', 'uploads', 'uploads/', 'config/.env', 'a b'])('%j can', (entry) =>
  expect(whyNotShared(entry)).toBeNull(),
)

const id = fc.stringMatching(/^[0-9a-f]{40}$/)
const name = fc.stringMatching(/^[a-z0-9$;`|&'"()%é-]{1,12}(\/[a-z0-9]{1,5})?$/)
const refs = fc.uniqueArray(
  fc.record({ id, name, kind: fc.constantFrom('refs/heads/', 'refs/tags/') }),
  { selector: ({ name, kind }) => kind + name, maxLength: 10 },
)

test('every ref that is listed is found by its name, and only a listed one or an id ever is', () => {
  fc.assert(
    fc.property(refs, fc.string({ unit: character }), (drafts, wanted) => {
      const out = drafts.map(({ id, name, kind }) => `${id} ${kind}${name}\n`).join('')
      const listed = parseRefs(out)
      expect(listed.map(({ full }) => full)).toEqual(drafts.map(({ name, kind }) => kind + name))
      for (const ref of listed) {
        const found = findRef(listed, ref.full)
        expect(found).toEqual({ kind: 'ref', ref })
        const byName = findRef(listed, ref.name)
        expect(['ref', 'two']).toContain(byName.kind)
      }
      const found = findRef(listed, wanted)
      if (found.kind === 'ref') expect([found.ref.name, found.ref.full]).toContain(wanted)
      if (found.kind === 'id') expect(found.digits).toMatch(/^[0-9a-f]{7,40}$/)
    }),
    tries(200),
  )
})

test('a list of refs that was cut loses the line that was cut', () => {
  const out = `0a\n${'1'.repeat(40)} refs/heads/main\n${'2'.repeat(40)} refs/pull/1/head\n${'3'.repeat(39)}`
  expect(parseRefs(out).map(({ name }) => name)).toEqual(['main'])
})

test('40 digits are an id even if a branch is named so; fewer are the branch', () => {
  const branches = [
    { full: `refs/heads/${'a'.repeat(40)}`, name: 'a'.repeat(40), id: 'b'.repeat(40) },
    { full: 'refs/heads/deadbeef', name: 'deadbeef', id: 'c'.repeat(40) },
  ]
  expect(findRef(branches, 'A'.repeat(40))).toEqual({ kind: 'id', digits: 'a'.repeat(40) })
  expect(findRef(branches, 'deadbeef')).toMatchObject({ kind: 'ref' })
  expect(findRef(branches, 'DEADBEE')).toEqual({ kind: 'id', digits: 'deadbee' })
})

test('what is quoted is short, on one line, and nothing in it acts', () => {
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 200 }), (text) => {
      expect(quoted(text)).toMatch(/^"[^\p{Cc}\p{Cf}\u2028\u2029]*"$/u)
      expect(quoted(text).length).toBeLessThan(400)
    }),
    tries(200),
  )
})
