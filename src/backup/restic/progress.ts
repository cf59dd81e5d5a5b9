import { messagesIn, statusSchema } from './output.ts'
import type { Progress } from './types.ts'

/** A line such as `[0:05] 12.00%  3 / 25 packs`: of what restic ≤ 0.17 does not say in JSON. */
const packs = /(\d+) \/ (\d+) packs\s*$/

/** How far restic has come, by the last word of its output on that; null while that is nowhere. */
export function progressIn(text: string): Progress | null {
  const progress = statusIn(text)
  return progress === null || progress.done === 0 ? null : progress
}

function statusIn(text: string): Progress | null {
  const status = messagesIn(text, statusSchema).at(-1)
  if (status) {
    const { bytes_done: stored, bytes_restored: restored, total_bytes: total } = status
    const left = status.seconds_remaining
    return { done: restored ?? stored, total, left: left === undefined ? null : left * 1000 }
  }
  const counted = text.split(/[\r\n]/).findLast((line) => packs.test(line))
  const [, done, total] = packs.exec(counted ?? '') ?? []
  if (done === undefined) return null
  return { done: Number(done), total: Number(total), packs: true, left: null }
}
