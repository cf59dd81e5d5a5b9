import { join } from 'node:path'
import { hasPoints, restorePoint } from '../../backup/points.ts'
import { Unavailable } from '../../backup/unavailable.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { t } from '../../contract/message.ts'
import type { Reach } from '../backup/reach.ts'
import { makeScratch } from '../backup/scratch.ts'
import type { Found } from './ask.ts'

/**
 * Where a backup can be restored to any moment, the present one is: all of its log is needed for that.
 *
 * @throws Unavailable where its place cannot be reached: that is no verdict
 */
export async function provePoints(reach: Reach, now: number): Promise<Found> {
  const { config, tool, scratch } = reach
  if (!hasPoints(config)) return { problems: [], seen: [] }
  const directory = join(scratch, 'points')
  await makeScratch(directory, tool)
  try {
    const { at } = await restorePoint(config, now, directory, tool)
    return { problems: [], seen: [t('drill-job-point', { at: { time: at, style: 'full' } })] }
  } catch (error) {
    tool.signal.throwIfAborted()
    if (!(error instanceof OperatorError) || error instanceof Unavailable) throw error
    return { problems: [`No point in time can be restored: ${messageOf(error)}`], seen: [] }
  }
}
