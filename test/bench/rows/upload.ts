import { createRestic } from '../../../src/backup/restic/restic.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import type { Row } from '../figures.ts'
import { place } from '../support/children.ts'
import {
  type Fresh,
  linesOf,
  type Pair,
  plantSource,
  resticAlone,
  type Source,
  timedAt,
} from '../support/restic.ts'

const throughUs =
  ({ path }: Source) =>
  (fresh: Fresh): unknown => {
    const host = createLocalHost('main', { clock: systemClock })
    const { signal } = new AbortController()
    const restic = createRestic({ name: 'bench', env: {}, ...fresh }, { host, signal, say() {} })
    return restic.backup([path], { onProgress: () => {} })
  }

/** A backup by the driver, with its progress read, beside restic alone. */
export const upload: Row = {
  name: 'upload',
  async measure({ quick }) {
    const root = place()
    const source = plantSource(root, quick ? 4 : 16)
    const pairs: Pair[] = []
    for (let pair = 0; pair < (quick ? 1 : 7); pair += 1) {
      const alone = await timedAt(root, resticAlone(source))
      const ours = await timedAt(root, throughUs(source))
      pairs.push({ ours: source.rate(ours), alone: source.rate(alone) })
    }
    return linesOf(`restic through the driver, ${source.mebibytes} MiB of random bytes`, pairs)
  },
}
