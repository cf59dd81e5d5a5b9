import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharesOf } from '../../../src/core/restore/shares.ts'

const listed = [
  { path: '/srv', size: 0 },
  { path: '/srv/a', size: 10 },
  { path: '/srv/a/deep/er', size: 20 },
  { path: '/srv/ab', size: 5 },
  { path: '/mnt/b', size: 100 },
]

test('each path takes what lies below it, and nothing of one that begins alike', () => {
  expect(sharesOf(['/srv/a', '/srv/ab', '/mnt/b'], listed, 135)).toEqual([30, 5, 100])
  expect(sharesOf(['/'], listed, 135)).toEqual([135])
})

test('what was not listed may be anywhere', () => {
  expect(sharesOf(['/srv/a', '/mnt/b', '/none'], listed, 1130)).toEqual([1030, 1100, 1000])
})

test('a file with several names takes no more than there is', () => {
  expect(sharesOf(['/srv/a', '/mnt/b'], listed, 40)).toEqual([30, 40])
})

test('no path is given less than is listed below it, and nothing is left over', () => {
  const entry = fc.record({
    path: fc.constantFrom('/a/x', '/a/y/z', '/b', '/c/d'),
    size: fc.nat(1000),
  })
  fc.assert(
    fc.property(fc.array(entry), fc.nat(1000), (entries, more) => {
      const sum = (some: readonly { readonly size: number }[]): number =>
        some.reduce((all, { size }) => all + size, 0)
      const paths = ['/a', '/b', '/c/d']
      const shares = sharesOf(paths, entries, sum(entries) + more)
      for (const [index, path] of paths.entries()) {
        const below = entries.filter((one) => one.path.startsWith(path))
        expect(shares[index]).toBe(sum(below) + more)
      }
    }),
  )
})
