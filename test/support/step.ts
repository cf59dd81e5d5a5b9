import { OperatorError } from '../../src/contract/error.ts'
import type { Host } from '../../src/contract/host.ts'
import type { StepContext } from '../../src/flow/jobs/kind.ts'

export type FewOfStep = Pick<StepContext<never>, 'host' | 'run' | 'pause' | 'monotonic' | 'signal'>

/** What a step gets to act on one host. `pause` is the test's, which moves the time that it keeps. */
export function stepOn(
  host: Host,
  time: Pick<FewOfStep, 'pause' | 'monotonic'>,
  signal: AbortSignal = new AbortController().signal,
): FewOfStep {
  return {
    ...time,
    host: () => host,
    signal,
    run: async (_, command, options) => {
      const result = await host.run(command, { ...options, signal })
      if (result.code === 0) return result
      throw new OperatorError(`${[command].flat().join(' ')} failed: ${result.err.trim()}`)
    },
  }
}
