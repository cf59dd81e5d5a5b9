import { OperatorError } from '../../contract/error.ts'
import type { ProcessFacts } from '../../contract/host.ts'
import type { Instance } from '../../contract/service.ts'
import { descendants, stillThere } from '../../core/deploy/gone.ts'
import type { SeenProcess } from './memory.ts'
import type { DeployContext, Reach } from './reach.ts'

/** Milliseconds between two looks at the processes, and how long their end is waited for. */
const every = 500
const patience = 60_000

const pidsOf = (instances: readonly Instance[]): readonly number[] =>
  instances.flatMap(({ pid }) => (pid === null ? [] : [pid]))

/** The processes of a service and all that they have started, beside those seen before. */
export async function seenProcesses(
  { manager, host }: Reach,
  before: readonly SeenProcess[],
  signal: AbortSignal,
): Promise<readonly SeenProcess[]> {
  const pids = pidsOf(await manager.status(signal))
  const all = await host.processes()
  const known = stillThere(before, all).map(({ pid }) => pid)
  return descendants([...known, ...pids], all).map(({ pid, started }) => ({ pid, started }))
}

const named = (one: ProcessFacts): string => `${one.pid} (${one.name})`

/**
 * Ends once none of the processes runs any more.
 *
 * @throws OperatorError when one still does after a minute
 */
export async function proveGone(
  { host, service }: Reach,
  seen: readonly SeenProcess[],
  context: DeployContext,
): Promise<void> {
  const until = context.monotonic() + patience
  for (;;) {
    const left = stillThere(seen, await host.processes())
    if (left.length === 0) return
    if (context.monotonic() >= until)
      throw new OperatorError(
        `${service.name} was stopped, but of it there still runs on ${service.host}: ${left.map(named).join(', ')}`,
        `Two copies must never run. End these processes by hand, see that they are gone, then start ${service.name}.`,
      )
    await context.pause(every)
  }
}
