import { ResticError } from '../../backup/restic/error.ts'
import type { ResticFailure } from '../../backup/restic/types.ts'
import { endless } from '../../core/say/why.ts'
import type { Context } from './reach.ts'

/** What cannot be restored, whoever tries. All else says nothing about the backup. */
const fatal: ReadonlySet<ResticFailure> = new Set(['damaged', 'missing', 'password'])

/** What is wrong with a repository, and what to do about it. */
export interface Damage {
  readonly why: string
  readonly advice: string
}

/**
 * What is wrong with a repository, by something that was tried with it; null: nothing.
 *
 * @throws whatever says nothing about that
 */
export async function damageIn(
  work: () => Promise<void>,
  { redact }: Pick<Context, 'redact'>,
): Promise<Damage | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (!(error instanceof ResticError) || !fatal.has(error.failure)) throw error
    return { why: endless(redact(error.message)), advice: error.advice ?? '' }
  }
}
