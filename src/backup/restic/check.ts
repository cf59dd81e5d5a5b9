import { join } from 'node:path'
import type { Driver } from './driver.ts'
import { progressIn } from './progress.ts'
import type { Progress, Subset } from './types.ts'

/**
 * A check trusts no cache but one of its own, which stays where it is killed, and which it only makes
 * in a place that is there.
 */
async function makeCache({ repository, tool: { host, signal } }: Driver): Promise<void> {
  const left = await host.files.glob(join(repository.cache, 'restic-check-cache-*'))
  if (left.length > 0) await host.run(['rm', '-rf', '--', ...left], { signal })
  await host.run(['mkdir', '-p', '-m', '700', '--', repository.cache], { signal })
}

export async function check(
  driver: Driver,
  subset: Subset | null,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  await makeCache(driver)
  const part = subset && [`--read-data-subset=${subset.part}/${subset.of}`]
  await driver.invoke({
    doing: 'The check',
    args: ['check', ...(part ?? [])],
    onOutput: (text) => {
      const progress = onProgress && progressIn(text)
      if (progress) onProgress(progress)
    },
  })
}
