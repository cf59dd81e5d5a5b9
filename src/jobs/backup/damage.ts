import { ResticError } from '../../backup/restic/error.ts'
import type { ResticFailure } from '../../backup/restic/types.ts'
import type { Context } from './reach.ts'

/** What cannot be restored, whoever tries. All else says nothing about the backup. */
const fatal: ReadonlySet<ResticFailure> = new Set(['damaged', 'missing', 'password'])

const endless = (text: string): string => text.replace(/[\s.]+$/, '')

/**
 * What is wrong with a repository, in words, by something that was tried with it; null: nothing.
 *
 * @throws whatever says nothing about that
 */
export async function damageIn(
  work: () => Promise<void>,
  { redact }: Pick<Context, 'redact'>,
): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (!(error instanceof ResticError) || !fatal.has(error.failure)) throw error
    return endless(redact(error.message))
  }
}
