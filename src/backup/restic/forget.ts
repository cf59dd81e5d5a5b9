import type { KeepConfig } from '../../config/types.ts'
import type { Driver } from './driver.ts'
import { garbled, hostname } from './driver.ts'
import { forgottenSchema, messagesIn } from './output.ts'

const rules = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/**
 * Only snapshots that this machine made, all of them in one group: another machine may keep a backup
 * of the same name there, by rules of its own.
 */
export async function forget(
  driver: Driver,
  keep: KeepConfig,
): Promise<{ readonly removed: number; readonly kept: number }> {
  const doing = 'Removing old snapshots'
  const host = await hostname(driver)
  const whose = ['--tag', driver.repository.name, '--host', host, '--group-by', '']
  const kept = rules.flatMap((rule) => {
    const count = keep[rule]
    return count === undefined ? [] : [`--keep-${rule}`, String(count)]
  })
  const { out } = await driver.invoke({
    doing,
    args: ['forget', '--json', '--prune', ...whose, ...kept],
    keep: 16 * 2 ** 20,
  })
  const [groups] = messagesIn(out, forgottenSchema)
  if (!groups) throw garbled(driver, doing)
  return {
    removed: sum(groups.map(({ remove }) => remove?.length ?? 0)),
    kept: sum(groups.map(({ keep }) => keep?.length ?? 0)),
  }
}
