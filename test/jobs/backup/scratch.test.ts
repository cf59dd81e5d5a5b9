import { expect, it } from 'vitest'
import type { DiskFacts } from '../../../src/contract/host.ts'
import { demandRoom } from '../../../src/jobs/backup/scratch.ts'
import { testTool } from '../../support/tool.ts'

/** A disk of 100 bytes at /, and one of 1000 at /big. */
function tool() {
  const { host, ...rest } = testTool()
  const disk = async (path: string): Promise<DiskFacts> => {
    const [mount, available] = path.startsWith('/big')
      ? (['/big', 1000] as const)
      : (['/', 100] as const)
    return { ...(await host.disk('/')), mount, available }
  }
  return { ...rest, host: { ...host, disk } }
}

it('asks each disk for all that goes there', async () => {
  const needs = [
    { path: '/home', bytes: 60 },
    { path: '/var', bytes: 60 },
  ]
  await demandRoom(needs.slice(0, 1), tool())
  await demandRoom([{ path: '/big/a', bytes: 60 }, ...needs.slice(0, 1)], tool())
  await expect(demandRoom(needs, tool())).rejects.toThrow('120 B are needed on / of main')
})

it('asks each disk for what has to be left of it, once', async () => {
  const needs = ['/home', '/var', '/big/a'].map((path) => ({ path, bytes: 30 }))
  await demandRoom(needs, tool(), 40)
  await expect(demandRoom(needs, tool(), 41)).rejects.toThrow('101 B are needed on / of main')
})

it('asks nothing of a disk that nothing is written to', async () => {
  await demandRoom([{ path: '/home', bytes: 0 }], tool())
})
