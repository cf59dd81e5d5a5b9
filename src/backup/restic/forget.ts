import type { KeepConfig } from '../../config/types.ts'
import { keepRules } from '../../core/backup/keep.ts'
import { outlived, safetyTag } from '../../core/backup/safety.ts'
import type { Driver } from './driver.ts'
import { hostname } from '../hostname.ts'
import { garbled } from './driver.ts'
import { forgottenSchema, messagesIn } from './output.ts'
import { snapshots } from './reading.ts'

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/**
 * Only snapshots that this machine made: another machine may keep a backup of the same name there, by
 * rules of its own. Those of before restores are a group of their own, so that none of them stands
 * for one that the rules keep.
 */
export async function forget(
  driver: Driver,
  keep: KeepConfig,
): Promise<{ readonly removed: number; readonly kept: number }> {
  const doing = 'Removing old snapshots'
  const host = await hostname(driver.tool)
  const whose = ['--tag', driver.repository.name, '--host', host, '--group-by', 'tags']
  const kept = keepRules.flatMap((rule) => {
    const count = keep[rule]
    return count === undefined ? [] : [`--keep-${rule}`, String(count)]
  })
  const { out } = await driver.invoke({
    doing,
    args: ['forget', '--json', '--prune', ...whose, '--keep-tag', safetyTag, ...kept],
    keep: 16 * 2 ** 20,
  })
  const [groups] = messagesIn(out, forgottenSchema)
  if (!groups) throw garbled(driver, doing)
  return {
    removed: sum(groups.map(({ remove }) => remove?.length ?? 0)),
    kept: sum(groups.map(({ keep }) => keep?.length ?? 0)),
  }
}

/** Of this machine's own making, those of before restores that have outlived their use; their data too. */
export async function removeOutlived(driver: Driver, now: number): Promise<number> {
  const host = await hostname(driver.tool)
  const own = (await snapshots(driver, false)).filter((one) => one.host === host)
  const ids = outlived(own, now).map(({ id }) => id)
  if (ids.length > 0)
    await driver.invoke({
      doing: 'Removing old snapshots',
      args: ['forget', '--prune', ...ids],
    })
  return ids.length
}
