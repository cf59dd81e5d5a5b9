import type { Memo, ProbeContext } from '../../contract/check.ts'
import { OperatorError } from '../../contract/error.ts'
import type { LogLine } from '../../contract/service.ts'
import { foldLine } from '../../core/log/fold.ts'
import { createWindow, type Window, type WindowSum } from '../../core/log/window.ts'
import { createFollowing, follow, type Following } from './follow.ts'
import { createMatch, type Match } from './match.ts'
import { createPace } from './pace.ts'

export interface LogSettings {
  readonly files?: readonly string[] | undefined
  readonly service?: string | undefined
  readonly match?: readonly string[] | undefined
  readonly ignore: readonly string[]
  /** Milliseconds. */
  readonly window: number
  readonly forget: number
}

/** What is kept of one log between runs. */
interface Watch {
  readonly window: Window
  readonly match: Match
  readonly following: Following
  cursor: string | null
  /** Epoch milliseconds from which on everything was seen; null until all history is read. */
  since: number | null
  /** When a line was last written, as far as is known; never later than the last run. */
  written: number
  /** The times of writing that the last run saw. */
  times: ReadonlySet<number>
}

/** A log as it stands. */
export interface LogState extends WindowSum {
  /** The window was watched for all of its length: nothing found means that there was nothing. */
  readonly whole: boolean
  /** Milliseconds since a line was written. */
  readonly silent: number
  /** There is nothing of the kind yet: no file. */
  readonly missing: boolean
}

/** By the memory of the target, which lives as long as that does. */
const watches = new WeakMap<Memo, Watch>()

function watchOf({ memo }: ProbeContext, settings: LogSettings): Watch {
  const known = watches.get(memo)
  if (known) return known
  const watch: Watch = {
    window: createWindow(settings.window, settings.forget),
    match: createMatch(settings.match, settings.ignore),
    following: createFollowing(),
    cursor: null,
    since: null,
    written: -Infinity,
    times: new Set(),
  }
  watches.set(memo, watch)
  return watch
}

/** After a clock was set back nothing that is known can be of later than now. */
function setBack(watch: Watch, now: number): void {
  watch.window.expire(now)
  if (watch.since !== null) watch.since = Math.min(watch.since, now)
  watch.written = Math.min(watch.written, now)
}

/** A time counts once: one that is ahead of the clock would be the newest until that is reached. */
function noteWritten(watch: Watch, times: readonly number[], now: number): void {
  const changed = times.filter((time) => !watch.times.has(time))
  watch.written = Math.max(watch.written, ...changed.map((time) => Math.min(time, now)))
  watch.times = new Set(times)
}

type Take = (line: string, old: boolean, own?: LogLine) => boolean

/** Lines of before the first run count where they say themselves that they are recent enough. */
function taker({ window, match }: Watch, begin: number, now: number): Take {
  return (line, old, own) => {
    const entry = match(line, own?.error)
    if (entry === null) return false
    const at = own?.at ?? entry.at
    const pattern = foldLine(entry.text)
    if (!old) window.count(pattern, line, at, now)
    else if (at !== null && at > begin) window.count(pattern, line, at, Math.min(at, now))
    else window.learn(pattern, at === null ? now : Math.min(at, now))
    return true
  }
}

/** What a run came to know of a log besides its lines. */
interface Look {
  /** What there is reaches back to the beginning of the window. */
  readonly reaches: boolean
  /** Some of what was there at first sight is still to be read. */
  readonly behind: boolean
  readonly missing: boolean
}

async function readFiles(
  paths: readonly string[],
  watch: Watch,
  take: Take,
  context: ProbeContext,
  begin: number,
): Promise<Look> {
  const { host, signal, now } = context
  const { modified, behind, from } = await follow(paths, watch.following, {
    files: host.files,
    host: host.name,
    signal,
    now,
    pace: createPace(),
    line: take,
    skipped: (bytes) => watch.window.skip(bytes, now),
  })
  noteWritten(watch, modified, now)
  return { reaches: from <= begin, behind, missing: modified.length === 0 }
}

type Page = NonNullable<ReturnType<ProbeContext['services']['get']>['logsAfter']>

async function readPage(
  page: Page,
  watch: Watch,
  take: Take,
  context: ProbeContext,
  begin: number,
): Promise<Look> {
  const { signal, now } = context
  const pace = createPace()
  const old = watch.since === null
  const { lines, cursor, skipped } = await page(watch.cursor, signal)
  for (const one of lines)
    if (pace.spend(one.text.length, take(one.text, old, one))) await pace.rest()
  watch.cursor = cursor
  if (skipped && !old) watch.window.skip(null, now)
  noteWritten(
    watch,
    lines.slice(-1).map(({ at }) => at),
    now,
  )
  const first = lines[0]
  const reaches = !skipped || (first !== undefined && first.at <= begin)
  return { reaches, behind: false, missing: false }
}

async function read(settings: LogSettings, watch: Watch, context: ProbeContext): Promise<Look> {
  const { services, signal, now } = context
  const begin = now - settings.window
  const take = taker(watch, begin, now)
  if (settings.files) return readFiles(settings.files, watch, take, context, begin)
  const name = settings.service ?? ''
  const { logFiles, logsAfter, manager } = services.get(name)
  if (logsAfter) return readPage(logsAfter, watch, take, context, begin)
  if (logFiles) return readFiles(await logFiles(signal), watch, take, context, begin)
  throw new OperatorError(
    `The service ${name} has no log that the bot can follow: ${manager} runs it`,
    'Name the files themselves, with `files` in place of `service`.',
  )
}

/**
 * Reads what a log got since the last run. The first run takes what is there as known, except for
 * lines whose own time is within the window, so that a restart of the bot overlooks little.
 *
 * @throws {OperatorError} when the log cannot be read
 */
export async function watchLog(settings: LogSettings, context: ProbeContext): Promise<LogState> {
  const { now, signal } = context
  const watch = watchOf(context, settings)
  const begin = now - settings.window
  setBack(watch, now)
  const { reaches, behind, missing } = await read(settings, watch, context)
  // Before a run that comes too late is given up: what it read is read.
  if (!behind) watch.since ??= reaches ? begin : now
  signal.throwIfAborted()
  const since = watch.since ?? now
  watch.window.watchedFrom(since)
  if (watch.written === -Infinity) watch.written = now
  return {
    ...watch.window.sum(now),
    whole: since <= begin,
    silent: now - watch.written,
    missing,
  }
}

/** What the last run of this check saw; null before it. */
export const lastState = ({ memo, now }: ProbeContext): WindowSum | null =>
  watches.get(memo)?.window.sum(now) ?? null
