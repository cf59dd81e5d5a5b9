import { z } from 'zod'
import { OperatorError } from '../contract/error.ts'
import type { Host, RunResult } from '../contract/host.ts'

/** What `pm2 save` has written, and where. */
export interface Saved {
  /** PM2_HOME. */
  readonly home: string
  /** A daemon of this home has been there since the last boot or kill. */
  readonly daemon: boolean
  /** Names as saved, one for each copy; null where nothing was ever saved, or it cannot be read. */
  readonly names: readonly string[] | null
}

/** 200 processes with large environments take a few megabytes. */
const largest = 64 * 2 ** 20

/** The home is the one that commands of this host are given, unless one is named. */
const script = [
  'h="${PM2_HOME:-$HOME/.pm2}"',
  'if [ -S "$h/rpc.sock" ]; then d=daemon; else d=none; fi',
  'printf "%s\\n%s\\n" "$h" "$d"',
  'cat "$h/dump.pm2" 2>/dev/null || true',
].join('; ')

const dump = z.array(z.looseObject({ name: z.string() }))

function namesIn(text: string): readonly string[] | null {
  try {
    return dump.parse(JSON.parse(text)).map(({ name }) => name)
  } catch {
    return null
  }
}

function demand(host: Host, what: string, result: RunResult): string {
  if (!result.aborted && !result.missing) return result.out
  const seen = result.aborted ? 'no answer in time' : 'there is no such command'
  throw new OperatorError(`${what} on ${host.name} failed: ${seen}`)
}

/**
 * What PM2 would bring back.
 *
 * @param home PM2_HOME; absent, the usual one
 * @throws OperatorError when it cannot be seen
 */
export async function savedList(
  host: Host,
  home: string | undefined,
  signal: AbortSignal,
): Promise<Saved> {
  const env = home === undefined ? {} : { PM2_HOME: home }
  const result = await host.run(['sh', '-c', script], { signal, env, keep: largest })
  const [path = '', daemon, ...rest] = demand(host, 'sh', result).split('\n')
  if (!path.startsWith('/') || (daemon !== 'daemon' && daemon !== 'none'))
    throw new OperatorError(`PM2's saved list on ${host.name} cannot be read`)
  return { home: path, daemon: daemon === 'daemon', names: namesIn(rest.join('\n')) }
}

/** Where links stand to what is started at boot: systemd, System V, OpenRC. */
const places = ['/etc/systemd/system', '/etc/rc2.d', '/etc/rc3.d', '/etc/rc5.d', '/etc/runlevels']
const enabled = /\.wants\/[^/]+$|\/rc\d\.d\/S[^/]+$|^\/etc\/runlevels\/[^/]+\/[^/]+$/

const homeMarks = (home: string) => [`PM2_HOME=${home}`, `PM2_HOME="${home}`] as const
const userMark = 'user=${PM2_USER:-'

/** Of a line as grep writes it: the file, a colon, what stands there. */
const fileOf = (line: string): string => line.replace(/:.*/, '')

/** Not for another home whose path only begins the same. */
const isFor = (home: string, line: string): boolean =>
  line.includes(userMark) ||
  homeMarks(home).some((mark) =>
    line
      .split(mark)
      .slice(1)
      .some((rest) => /^\/?(?:["';\s]|$)/.test(rest)),
  )

/**
 * What starts the PM2 of that home at boot: the path of a unit or script, or a line of a crontab; null
 * for nothing. What `pm2 startup` writes names the home, only for OpenRC the user (pm2's
 * lib/templates/init-scripts).
 *
 * @throws OperatorError when it cannot be seen
 */
export async function startedAtBoot(
  host: Host,
  home: string,
  signal: AbortSignal,
): Promise<string | null> {
  const marks = [...homeMarks(home), userMark]
  const words = ['grep', '-RHsF', ...marks.flatMap((mark) => ['-e', mark]), ...places] as const
  const found = demand(host, 'grep', await host.run(words, { signal })).split('\n')
  const hook = found.find((line) => enabled.test(fileOf(line)) && isFor(home, line))
  if (hook !== undefined) return fileOf(hook)
  const own = await host.run(['crontab', '-l'], { signal })
  const all = ['grep', '-rhs', '@reboot', '/etc/crontab', '/etc/cron.d'] as const
  const lines = [own.out, (await host.run(all, { signal })).out].join('\n').split('\n')
  return lines.find((line) => /^\s*@reboot\b.*\bpm2\b/.test(line))?.trim() ?? null
}

/** Names of which more copies run than are saved, and the other way round; each once, sorted. */
export function difference(
  running: readonly string[],
  saved: readonly string[],
): { readonly unsaved: readonly string[]; readonly leftover: readonly string[] } {
  const count = (list: readonly string[], name: string): number =>
    list.filter((one) => one === name).length
  const names = [...new Set([...running, ...saved])].toSorted()
  return {
    unsaved: names.filter((name) => count(running, name) > count(saved, name)),
    leftover: names.filter((name) => count(running, name) < count(saved, name)),
  }
}
