import { expect, test } from 'vitest'
import { demandNoMounts } from '../../../src/jobs/restore/mounts.ts'
import type { Reach } from '../../../src/jobs/restore/reach.ts'

const demand = (paths: readonly string[], mounts: readonly string[]): Promise<void> => {
  const files = { mountPoints: async () => mounts }
  return demandNoMounts(paths, { tool: { host: { files } } } as unknown as Reach)
}

test('what is mounted is not put aside, nor what has a mount below it', async () => {
  await expect(demand(['/srv/data'], ['/', '/srv/data'])).rejects.toThrow('/srv/data is a mount')
  await expect(demand(['/srv/data'], ['/', '/srv/data/up'])).rejects.toThrow('/srv/data/up is a')
  await demand(['/srv/data', '/srv/x'], ['/', '/srv', '/srv/data2', '/srv/data.old/up'])
})
