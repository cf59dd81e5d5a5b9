import type { JobStep } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'

/** Milliseconds before the second try; the pause doubles with each one. */
const first = 10_000

/** Before another try. Its end outlives a restart of the bot. */
export const waitStep: JobStep<DeployMemory> = {
  timeout: ({ waits }) => first * 2 ** waits + 60_000,
  cancellable: true,
  disturbs: 'nothing',
  async run({ waits, waitUntil }, context) {
    const until = waitUntil ?? context.now() + first * 2 ** waits
    context.remember({ waitUntil: until })
    const left = until - context.now()
    // A clock that was set back must not make it longer than it is.
    if (left > 0) await context.pause(Math.min(left, first * 2 ** waits))
    return { waits: waits + 1, waitUntil: null }
  },
}
