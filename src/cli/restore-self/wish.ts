import type { Env } from '../../config/fill.ts'

/** What was asked for on the command line. */
export interface RestoreWish {
  /** A copy of mechanic.db. */
  readonly from?: string
  /** A repository of restic that the backup `self` went to. */
  readonly repository?: string
  /** Epoch milliseconds: the state as it was then; absent: as late as possible. */
  readonly at?: number
}

/**
 * Reads a time: ISO 8601, or `2026-11-21 03:00` by the clock of this machine.
 *
 * @returns epoch milliseconds; null for anything else
 */
export function readTime(text: string): number | null {
  const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?))?$/
  const [, day = '', time = '00:00'] = form.exec(text) ?? []
  // A day that does not exist would become one of the next month.
  const exists = new Date(`${day}T00:00Z`).toJSON()?.startsWith(day)
  const at = exists ? new Date(`${day}T${time}`).getTime() : Number.NaN
  return Number.isNaN(at) ? null : at
}

/** What restic and Litestream find their keys by. */
const keys = /^(?:AWS|B2|AZURE|GOOGLE|OS|ST|RCLONE|LITESTREAM)_|^RESTIC_(?:REST|CACERT|TLS)/

/** The keys of a repository that the environment holds. */
export const keysIn = (env: Env): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      keys.test(name) && value !== undefined ? [[name, value] as const] : [],
    ),
  )
