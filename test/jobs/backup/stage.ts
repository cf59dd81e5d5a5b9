import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import backup from '../../../src/jobs/backup.ts'
import deploy from '../../../src/jobs/deploy.ts'
import drill from '../../../src/jobs/drill.ts'
import unlock from '../../../src/jobs/unlock.ts'
import verify from '../../../src/jobs/verify.ts'
import type { BackupRun } from '../../../src/store/backups.ts'
import { asha, openWorld, type World } from '../../support/flow.ts'
import { scratch } from '../../support/tool.ts'

const jobs = [backup, deploy, drill, unlock, verify]
let ordered = 0

/** The real flow, this very machine, and places for data and a repository. */
export async function openStage(
  yaml: (places: { readonly data: string; readonly repository: string }) => string,
  { host = createLocalHost('main', { clock: systemClock }) }: { readonly host?: Host } = {},
) {
  const root = scratch()
  const places = { data: join(root, 'data'), repository: join(root, 'repository') }
  mkdirSync(places.data)
  const world = await openWorld(yaml(places), { jobs, host, at: Date.now() })
  return { world, ...places, ...doing(world) }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

function doing(world: World) {
  /** Lets time go on beside the real one until something is so. */
  const until = (is: () => boolean): Promise<void> =>
    vi.waitFor(
      async () => {
        await world.clock.advance(50)
        if (!is()) throw new Error(JSON.stringify(world.house.jobs(3)))
      },
      { timeout: 60_000, interval: 50 },
    )
  const order = async (kind: string, about: Readonly<Record<string, string>>): Promise<number> => {
    ordered += 1
    const text = await world.house.perform({ do: 'job', kind, about }, asha, `token-${ordered}`)
    if (text !== null) throw new Error(JSON.stringify(text))
    return world.store.jobs.open().at(-1)?.id ?? 0
  }
  return {
    until,
    order,
    /** Runs a job to its end. */
    async run(kind: string, about: Readonly<Record<string, string>>) {
      const id = await order(kind, about)
      await until(() => world.store.jobs.open().length === 0)
      const job = world.store.jobs.get(id)
      const steps = world.store.jobs.steps(id).map(({ step, ended }) => `${step} ${ended}`)
      return { id, end: job?.end, memory: job?.memory, steps, output: world.house.jobLog(id)?.text }
    },
    runs: (name: string): readonly BackupRun[] => world.store.backups.runs(name, 9),
  }
}
