import type { Clock } from '../../contract/clock.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Host, RunResult } from '../../contract/host.ts'
import type { Manager } from '../../contract/service.ts'
import { vitalSign } from '../proc.ts'
import { pageLines, readJournal } from './journal.ts'
import {
  judgeUnit,
  parseBlocks,
  parseShow,
  properties,
  remember,
  type UnitMemory,
  unitName,
} from './unit.ts'

/** Bytes kept of what journalctl prints. */
const journalBytes = 2 * 1024 * 1024

/** What systemctl is told to do with the unit. */
type Verb = 'restart' | 'reload-or-restart' | 'start' | 'stop'

/**
 * Milliseconds without an answer that a restart is expected to bring, until one was seen. A unit may
 * take up to DefaultTimeoutStopSec, 90 s, to end (systemd-system.conf(5)); a server takes about this.
 */
const usualRestart = 2000

/** Messages are matched, so they must come in one language. */
const env = { LC_ALL: 'C' }

const lastLine = ({ err, out }: RunResult): string =>
  (err.trim() || out.trim()).split('\n')[0]?.trim() ?? ''

/** What went wrong with one of systemd's programs, for the operator. */
function failure(host: Host, what: string, result: RunResult): OperatorError {
  const text = `${result.err}\n${result.out}`
  if (result.missing || text.includes('not been booted with systemd'))
    return new OperatorError(
      `systemd does not run on ${host.name}`,
      'Manage this service with `command` or `pm2` instead.',
    )
  if (result.aborted)
    return new OperatorError(`${what} on ${host.name} did not end in time`, 'Try it by hand.')
  return new OperatorError(
    `${what} on ${host.name} failed: ${lastLine(result) || `code ${result.code}`}`,
  )
}

/** A service that systemd runs. @throws {OperatorError} when `unit` is no unit's name */
export function createSystemdManager(host: Host, unit: string, clock: Clock): Manager {
  const name = unitName(unit)
  let memory: UnitMemory | undefined
  /** The bot itself has stopped it, as a part of something larger. */
  let halted = false
  /** Milliseconds that its last restart took. */
  let lastRestart: number | null = null
  /** Known after the first time; root needs no sudo. */
  let root: boolean | undefined

  const isRoot = async (signal: AbortSignal): Promise<boolean> => {
    const { out, code } = await host.run(['id', '-u'], { signal, env })
    return code === 0 ? out.trim() === '0' : true
  }
  const denied = async (verb: Verb, seen: string, signal: AbortSignal): Promise<OperatorError> => {
    const { out } = await host.run(['id', '-un'], { signal, env })
    const user = out.trim() || 'USER'
    return new OperatorError(
      `The bot may not ${verb} ${name} on ${host.name}: ${seen}`,
      `Run \`visudo -f /etc/sudoers.d/mechanic\` there and add the line ` +
        `\`${user} ALL=(root) NOPASSWD: /usr/bin/systemctl ${verb} ${name}\`.`,
    )
  }

  const journal = async (
    lines: number,
    options: readonly string[],
    signal: AbortSignal,
  ): Promise<string> => {
    const most = ['-n', String(lines)]
    const command = ['journalctl', '-u', name, ...most, '--no-pager', ...options] as const
    const result = await host.run(command, { signal, env, keep: journalBytes })
    if (result.code === 0) return result.out
    if (result.err.includes('insufficient permissions'))
      throw new OperatorError(
        `The bot may not read the journal of ${host.name}`,
        'Add its user to the group systemd-journal and start the bot again.',
      )
    throw failure(host, `journalctl -u ${name}`, result)
  }

  const show = async (names: readonly string[], signal: AbortSignal): Promise<string> => {
    const options = ['--no-pager', `--property=${names.join(',')}`, '--', name] as const
    const result = await host.run(['systemctl', 'show', ...options], { signal, env })
    if (result.code === 0) return result.out
    throw failure(host, `systemctl show ${name}`, result)
  }
  /** systemctl itself waits until the job is done. */
  const order = async (verb: Verb, signal: AbortSignal): Promise<void> => {
    root ??= await isRoot(signal)
    const plain = ['systemctl', verb, name] as const
    const result = await host.run(root ? plain : ['sudo', '-n', ...plain], { signal, env })
    if (result.code !== 0 && !root && (result.missing || /^sudo: /m.test(result.err)))
      throw await denied(verb, result.missing ? 'sudo is not installed' : lastLine(result), signal)
    if (result.code !== 0) throw failure(host, `systemctl ${verb} ${name}`, result)
    if (verb !== 'stop') halted = false
    if (verb === 'restart' || verb === 'reload-or-restart') lastRestart = result.took
  }

  return {
    manager: 'systemd',
    restartSteps: () => [`${root === false ? 'sudo -n ' : ''}systemctl restart ${name}`],
    status: async (signal) => {
      root ??= await isRoot(signal)
      const [facts] = parseShow(await show(properties, signal))
      if (!facts) throw new OperatorError(`systemctl show ${name} on ${host.name} printed nothing`)
      const booted = await host.booted()
      const now = clock.now()
      memory = remember(memory, facts, now, now - booted)
      const instance = judgeUnit(facts, memory, booted)
      const { pid } = instance
      const vital = host.local && pid !== null ? await vitalSign(pid, clock, signal) : 'well'
      if (vital === 'zombie')
        return [{ ...instance, state: 'down', saw: `process ${pid} is a zombie` }]
      if (pid !== null) halted = false
      // Nobody wants it to stay so: it is stopped for the time of a deploy, which did not come to its end.
      if (halted && instance.state === 'stopped')
        return [{ ...instance, state: 'down', saw: 'stopped by the bot' }]
      return [instance]
    },
    restart: (signal) => order('restart', signal),
    reload: (signal) => order('reload-or-restart', signal),
    reloading: async (signal) => {
      const [facts] = parseBlocks(await show(['CanReload'], signal))
      if (facts?.get('CanReload') === 'yes') return { gap: null }
      return { gap: Math.round(lastRestart ?? usualRestart) }
    },
    start: (signal) => order('start', signal),
    stop: async (signal) => {
      halted = true
      await order('stop', signal)
    },
    logs: async (lines, signal) => {
      const out = await journal(lines, ['-o', 'short-iso'], signal)
      return out.split('\n').filter((line) => line !== '' && !/^-- .* --$/.test(line))
    },
    logsAfter: async (cursor, signal) => {
      const from = cursor === null ? [] : [`--after-cursor=${cursor}`]
      const fields = '--output-fields=MESSAGE,PRIORITY'
      return readJournal(await journal(pageLines, [...from, '-o', 'json', fields], signal), cursor)
    },
  }
}
