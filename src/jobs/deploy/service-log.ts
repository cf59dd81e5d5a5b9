import type { Manager } from '../../contract/service.ts'
import { addedLines } from '../../core/deploy/watch.ts'
import type { DeployMemory } from './memory.ts'
import type { DeployContext } from './reach.ts'

/** Lines that say where a log ended; those looked through for them; those told. */
const marking = 20
const read = 500
const told = 30
/** Characters of a line. */
const widest = 1_000

async function linesOf(
  manager: Manager,
  lines: number,
  { redact, signal }: DeployContext,
): Promise<readonly string[]> {
  const all = await manager.logs(lines, signal)
  return all.map((line) => redact(line).slice(0, widest))
}

/** Remembers where the log of a service ends, before another release writes into it. */
export async function markLog(manager: Manager, context: DeployContext): Promise<void> {
  // Of what has no log yet, all of it is new.
  const logEnd = await linesOf(manager, marking, context).catch(() => [])
  context.remember({ logEnd })
}

/** What the service itself has said since, into the job's output. Not to be had is no second failure. */
export async function tellLog(
  manager: Manager,
  { logEnd }: Pick<DeployMemory, 'logEnd'>,
  context: DeployContext,
): Promise<void> {
  try {
    const lines = addedLines(logEnd, await linesOf(manager, read, context)).slice(-told)
    if (lines.length > 0) context.say('# The last lines of its log:')
    for (const line of lines) context.say(line)
  } catch (thrown) {
    context.say(`# Its log cannot be read: ${String(thrown)}`)
  }
}
