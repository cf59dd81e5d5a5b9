import { posix } from 'node:path'
import type { BlueGreenConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Host, ProcessFacts } from '../../contract/host.ts'
import { type Colour, colours } from '../../contract/service.ts'
import { upstreamPort, upstreamText } from '../../core/upstream.ts'
import type { StepContext } from '../../flow/jobs/kind.ts'

/** Bytes of an include file that are read: it has two lines. */
const most = 64 * 1024
/** Milliseconds that nginx may take to start its new workers, and between two looks. */
const patience = 10_000
const between = 200

type Context = Pick<StepContext<never>, 'host' | 'run' | 'pause' | 'monotonic' | 'signal'>

/** The file itself, where the path is a link: replacing the link would leave the file to nobody. */
const target = async (host: Host, path: string): Promise<string> =>
  (await host.files.look(path))?.kind === 'link' ? host.files.real(path) : path

async function readInclude(host: Host, path: string): Promise<string | null> {
  const part = await host.files.read(path, 0, most)
  return part && Buffer.from(part.bytes).toString('utf8')
}

/** Which colour nginx asks; null when its include cannot be read or names neither port. */
export async function liveColour(
  host: Host,
  { include, ports }: BlueGreenConfig,
): Promise<Colour | null> {
  const text = await readInclude(host, include).catch(() => null)
  const port = text === null ? null : upstreamPort(text)
  return colours.find((colour) => ports[colour] === port) ?? null
}

/** Where the file is made anew. nginx's globs do not match a name that begins with a dot. */
const freshOf = (path: string): string =>
  posix.join(posix.dirname(path), `.${posix.basename(path)}.new`)

/**
 * That a cut-over would not fail for what somebody has done to nginx meanwhile: afterwards is too late,
 * because the way back goes through nginx too.
 *
 * @throws OperatorError in the words of nginx, or of what cannot write there
 */
export async function demandFit(
  { host, run }: Pick<Context, 'host' | 'run'>,
  hostName: string,
  blueGreen: BlueGreenConfig,
): Promise<void> {
  const fresh = freshOf(await target(host(hostName), blueGreen.include))
  await run(hostName, ['touch', '--', fresh])
  await run(hostName, ['rm', '-f', '--', fresh])
  // Before the first cut-over nginx may well refuse an upstream that has no server.
  if ((await liveColour(host(hostName), blueGreen)) !== null) await run(hostName, blueGreen.test)
}

/** Replaces the file in one rename. */
async function replace(
  { run }: Pick<Context, 'run'>,
  host: string,
  path: string,
  text: string,
): Promise<void> {
  const fresh = freshOf(path)
  try {
    await run(host, ['tee', '--', fresh], { input: text })
    await run(host, ['chmod', '644', '--', fresh])
    await run(host, ['mv', '-fT', '--', fresh, path])
  } catch (thrown) {
    await run(host, ['rm', '-f', '--', fresh]).catch(() => undefined)
    throw thrown
  }
}

const keyOf = ({ pid, started }: ProcessFacts): string => `${pid} ${started}`

/** nginx names its workers so (ngx_process_cycle.c), and says of those that only finish what they have. */
const isWorker = ({ command }: ProcessFacts): boolean =>
  command.startsWith('nginx: worker process') && !command.includes('is shutting down')

const workers = async (host: Host): Promise<ReadonlyMap<string, ProcessFacts>> =>
  new Map((await host.processes()).filter(isWorker).map((one) => [keyOf(one), one]))

/**
 * nginx answers a reload before it has read its config again, and goes on with the old one where that
 * is wrong: only its new workers prove that it took it. Where its workers cannot be seen, as in
 * another container, its answer has to do.
 */
async function taken(
  context: Context,
  host: Host,
  before: ReadonlyMap<string, ProcessFacts>,
): Promise<boolean> {
  if (before.size === 0) return true
  const end = context.monotonic() + patience
  while (context.monotonic() < end) {
    const now = await workers(host)
    const fresh = [...now].filter(([key]) => !before.has(key)).map(([, { parent }]) => parent)
    // The machine may run other servers: only the workers of the one that has new ones are replaced.
    const left = [...now].some(([key, { parent }]) => before.has(key) && fresh.includes(parent))
    if (fresh.length > 0 && !left) return true
    context.signal.throwIfAborted()
    await context.pause(between)
  }
  return false
}

/** Has nginx judge its config as it is now, and take it. */
async function apply(
  context: Context,
  hostName: string,
  { test, reload }: BlueGreenConfig,
): Promise<void> {
  const host = context.host(hostName)
  await context.run(hostName, test)
  const before = await workers(host)
  await context.run(hostName, reload)
  if (await taken(context, host, before)) return
  throw new OperatorError(
    `nginx on ${hostName} did not take its new config: no new workers after ${patience / 1000}s`,
    'See its error log.',
  )
}

/** Leaves the include as it was, and has nginx follow, which may have taken the new one too late. */
async function putBack(
  context: Context,
  hostName: string,
  { reload }: BlueGreenConfig,
  old: { readonly path: string; readonly text: string | null },
): Promise<void> {
  if (old.text === null) await context.run(hostName, ['rm', '-f', '--', old.path])
  else await replace(context, hostName, old.path, old.text)
  await context.run(hostName, reload).catch(() => undefined)
}

/**
 * Has nginx ask another copy of a service. Where it does so already, nginx is only reloaded once more.
 * Ends when nginx's new workers run and the old ones only finish what they have. Where nginx refuses,
 * the include is put back as it was.
 *
 * @throws OperatorError with nginx's own words
 */
export async function cutOver(
  context: Context,
  hostName: string,
  blueGreen: BlueGreenConfig,
  colour: Colour,
): Promise<void> {
  const host = context.host(hostName)
  const path = await target(host, blueGreen.include)
  const before = await readInclude(host, path)
  const text = upstreamText(blueGreen.ports[colour], `${colour}, written by Mechanic`)
  if (before !== text) await replace(context, hostName, path, text)
  try {
    await apply(context, hostName, blueGreen)
  } catch (thrown) {
    if (before !== text) await putBack(context, hostName, blueGreen, { path, text: before })
    throw thrown
  }
}
