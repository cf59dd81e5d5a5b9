import { OperatorError } from '../../contract/error.ts'
import type { Host, ProcessFacts } from '../../contract/host.ts'
import type { Instance } from '../../contract/service.ts'
import type { StepContext } from '../../flow/jobs/kind.ts'

/** A process that nothing else can be taken for: its number may be another's later, not with this start. */
export interface SeenProcess {
  readonly pid: number
  /** Milliseconds after boot, which no clock that is set moves. */
  readonly started: number
}

type Context = Pick<StepContext<never>, 'pause' | 'monotonic' | 'signal'>

/** Milliseconds between two looks. */
const between = 200
/** How often the machine's clock may be set while its processes are read. */
const tries = 5

const keyOf = ({ pid, started }: SeenProcess): string => `${pid} ${started}`

/** Every process with its start after boot; a zombie holds nothing any more and is left out. */
async function living(host: Host): Promise<readonly (SeenProcess & { readonly parent: number })[]> {
  for (let count = 0; count < tries; count += 1) {
    const booted = await host.booted()
    const all = await host.processes()
    // The start is told as a time of day, by a boot time that moves when the clock is set.
    if ((await host.booted()) !== booted) continue
    return all
      .filter(({ state }) => state !== 'Z' && state !== 'X')
      .map(({ pid, parent, started }: ProcessFacts) => ({
        pid,
        parent,
        started: Math.round(started - booted),
      }))
  }
  throw new OperatorError(`the clock of ${host.name} is being set all the time`)
}

/** Those of `all` that are in `roots`, and whatever they started, down to the last. */
function family<T extends SeenProcess & { readonly parent: number }>(
  all: readonly T[],
  isRoot: (one: T) => boolean,
): readonly T[] {
  const children = Map.groupBy(all, ({ parent }) => parent)
  const found = new Map<string, T>()
  const add = (one: T): void => {
    if (found.has(keyOf(one))) return
    found.set(keyOf(one), one)
    children.get(one.pid)?.forEach(add)
  }
  all.filter(isRoot).forEach(add)
  return [...found.values()]
}

/**
 * The processes of a service and all that they started, to be stored before it is stopped.
 *
 * @throws OperatorError when one of its copies runs without telling its process
 */
export async function remember(
  host: Host,
  instances: readonly Instance[],
): Promise<readonly SeenProcess[]> {
  if (instances.some(({ state, pid }) => pid === null && (state === 'up' || state === 'starting')))
    throw new OperatorError(
      `what runs it on ${host.name} does not tell its processes, so that nothing proves them gone`,
      'Run it by PM2 or systemd, or say `exclusive: false`.',
    )
  const pids = new Set(instances.flatMap(({ pid }) => (pid === null ? [] : [pid])))
  const all = await living(host)
  return family(all, ({ pid }) => pids.has(pid)).map(({ pid, started }) => ({ pid, started }))
}

/**
 * Waits until none of these processes is left, nor anything they started meanwhile.
 *
 * @param within milliseconds
 * @throws OperatorError that names those that are left
 */
export async function provenGone(
  context: Context,
  host: Host,
  seen: readonly SeenProcess[],
  within: number,
): Promise<void> {
  const end = context.monotonic() + within
  const known = new Set(seen.map(keyOf))
  for (;;) {
    const left = family(await living(host), (one) => known.has(keyOf(one)))
    if (left.length === 0) return
    for (const one of left) known.add(keyOf(one))
    if (context.monotonic() >= end) throw stillThere(host, left)
    context.signal.throwIfAborted()
    await context.pause(between)
  }
}

function stillThere(host: Host, left: readonly SeenProcess[]): OperatorError {
  const some = left.slice(0, 5).map(({ pid }) => pid)
  return new OperatorError(
    `${left.length === 1 ? 'process' : 'processes'} ${some.join(', ')}${left.length > 5 ? ' …' : ''} ` +
      `of the old copy still run on ${host.name}`,
    'See what they wait for, end them by hand, then try again.',
  )
}
