import { expect, test } from 'vitest'
import { needsOf } from '../../../src/jobs/restore/room.ts'
import type { RestoreMemory } from '../../../src/jobs/restore/memory.ts'
import type { Reach } from '../../../src/jobs/restore/reach.ts'

/** Of /proc, which is on every machine, as if it were a disk of its own beside /. */
const mountOf = (path: string): string => (path.startsWith('/proc') ? '/proc' : '/')

async function needs(
  { bytes = 100, ...fields }: Partial<RestoreMemory> & { readonly bytes?: number },
  places: readonly string[],
) {
  let lists = 0
  const reach = {
    scratch: '/none/scratch',
    tool: { host: { disk: async (path: string) => ({ mount: mountOf(path) }) } },
    restic: {
      async entries() {
        lists += 1
        return [
          { path: '/proc/one', kind: 'file', size: 30 },
          { path: '/two/deep', kind: 'file', size: 70 },
        ]
      },
    },
  }
  const memory = { to: 'live', kind: 'paths', backup: 'site', snapshot: 'ab', ...fields }
  // As much of them as is used.
  const found = await needsOf(
    memory as unknown as RestoreMemory,
    { places, bytes },
    reach as unknown as Reach,
    { restored: (name) => `/none/restored/${name}` },
  )
  return { found, lists }
}

test('all of it goes where the only disk is, and nobody has to list the snapshot', async () => {
  const [one, two] = ['/two', '/three/four']
  expect(await needs({}, [one, two])).toEqual({ found: [{ path: '/', bytes: 100 }], lists: 0 })
  const side = [{ path: '/', bytes: 100 }]
  expect(await needs({ to: 'side' }, [])).toEqual({ found: side, lists: 0 })
  expect(await needs({ kind: 'postgres' }, [])).toEqual({ found: side, lists: 0 })
})

test('each of several disks gets its share', async () => {
  expect(await needs({}, ['/proc/one', '/two'])).toEqual({
    found: [
      { path: '/proc', bytes: 30 },
      { path: '/', bytes: 70 },
    ],
    lists: 1,
  })
})

test('what the list leaves out is asked of a disk once, however many places lie on it', async () => {
  const { found } = await needs({ bytes: 200 }, ['/proc/one', '/two', '/three'])
  expect(found).toEqual([
    { path: '/proc', bytes: 130 },
    { path: '/', bytes: 170 },
  ])
})
