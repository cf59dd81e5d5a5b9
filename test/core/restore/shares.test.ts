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

test('a disk takes what lies below its paths, and nothing of one that begins alike', () => {
  expect(sharesOf([['/srv/a'], ['/srv/ab'], ['/mnt/b']], listed, 135)).toEqual([30, 5, 100])
  expect(sharesOf([['/srv/ab', '/srv/a'], ['/mnt/b']], listed, 135)).toEqual([35, 100])
  expect(sharesOf([['/']], listed, 135)).toEqual([135])
})

test('what was not listed may be anywhere, once', () => {
  expect(sharesOf([['/srv/a'], ['/mnt/b'], ['/none']], listed, 1130)).toEqual([1030, 1100, 1000])
  expect(sharesOf([['/srv/a', '/none'], ['/mnt/b']], listed, 1130)).toEqual([1030, 1100])
})

test('a file with several names takes no more than there is', () => {
  expect(sharesOf([['/srv/a', '/mnt/b']], listed, 40)).toEqual([40])
  expect(sharesOf([['/srv/a'], ['/mnt/b']], listed, 40)).toEqual([30, 40])
})

test('no disk is given less than is listed of it, and nothing is left over', () => {
  const entry = fc.record({
    path: fc.constantFrom('/a/x', '/a/y/z', '/b', '/c/d'),
    size: fc.nat(1000),
  })
  fc.assert(
    fc.property(fc.array(entry), fc.nat(1000), (entries, more) => {
      const sum = (some: readonly { readonly size: number }[]): number =>
        some.reduce((all, { size }) => all + size, 0)
      const disks = [['/a'], ['/b', '/c/d']]
      const shares = sharesOf(disks, entries, sum(entries) + more)
      for (const [index, paths] of disks.entries()) {
        const below = entries.filter((one) => paths.some((path) => one.path.startsWith(path)))
        expect(shares[index]).toBe(sum(below) + more)
      }
    }),
  )
})
