import { messageOf } from '../../contract/error.ts'
import type { Rehearsal } from '../../contract/rehearsal.ts'
import { formatDuration } from '../../contract/units.ts'
import { openConfig } from '../load.ts'
import type { Outside } from '../outside.ts'

/** How a rehearsal went, on one line. */
export function summary({ is, kind, seen, problem, took, clean }: Rehearsal): string {
  if (is !== 'fixed') return `❌ Rehearsed a fix (${kind}): ${problem ?? 'it did not help'}`
  const steps = [
    `fault made and seen after ${formatDuration(seen?.after ?? 0)}`,
    'fixed',
    'verified',
    clean ? 'cleaned up' : 'not cleaned up',
  ]
  return `✅ Rehearsed a fix (${kind}): ${steps.join(', ')}; ${formatDuration(took)} in all`
}

/** Plays the first fix of the config through. Undefined where there is no config to take it from. */
export async function rehearseFirst(outside: Outside): Promise<string | undefined> {
  const kinds = await outside.loadKinds()
  const config = openConfig(outside, kinds)
  if (config === undefined) return undefined
  try {
    const rehearsals = await outside.openRehearsals(config, kinds)
    await using _ = { [Symbol.asyncDispose]: () => rehearsals.close() }
    return summary(await rehearsals.runFirst())
  } catch (error) {
    return `❌ No fix could be rehearsed: ${messageOf(error)}`
  }
}
