import type { Clock } from '../../contract/clock.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Host, RunResult } from '../../contract/host.ts'
import type { Manager } from '../../contract/service.ts'
import { vitalSign } from '../proc.ts'
import { pageLines, readJournal } from './journal.ts'
import { judgeUnit, parseShow, properties, remember, type UnitMemory, unitName } from './unit.ts'

/** Bytes kept of what journalctl prints. */
const journalBytes = 2 * 1024 * 1024

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
  /** Known after the first time; root needs no sudo. */
  let root: boolean | undefined

  const isRoot = async (signal: AbortSignal): Promise<boolean> => {
    const { out, code } = await host.run(['id', '-u'], { signal, env })
    return code === 0 ? out.trim() === '0' : true
  }
  const denied = async (signal: AbortSignal, seen: string): Promise<OperatorError> => {
    const { out } = await host.run(['id', '-un'], { signal, env })
    const user = out.trim() || 'USER'
    return new OperatorError(
      `The bot may not restart ${name} on ${host.name}: ${seen}`,
      `Run \`visudo -f /etc/sudoers.d/mechanic\` there and add the line ` +
        `\`${user} ALL=(root) NOPASSWD: /usr/bin/systemctl restart ${name}\`.`,
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

  return {
    manager: 'systemd',
    restartSteps: () => [`${root === false ? 'sudo -n ' : ''}systemctl restart ${name}`],
    status: async (signal) => {
      root ??= await isRoot(signal)
      const command = [
        'systemctl',
        'show',
        '--no-pager',
        `--property=${properties.join(',')}`,
        '--',
        name,
      ] as const
      const result = await host.run(command, { signal, env })
      const [facts] = result.code === 0 ? parseShow(result.out) : []
      if (!facts) throw failure(host, `systemctl show ${name}`, result)
      const booted = await host.booted()
      const now = clock.now()
      memory = remember(memory, facts, now, now - booted)
      const instance = judgeUnit(facts, memory, booted)
      const { pid } = instance
      const vital = host.local && pid !== null ? await vitalSign(pid, clock, signal) : 'well'
      if (vital === 'zombie')
        return [{ ...instance, state: 'down', saw: `process ${pid} is a zombie` }]
      return [instance]
    },
    restart: async (signal) => {
      root ??= await isRoot(signal)
      const plain = ['systemctl', 'restart', name] as const
      const result = await host.run(root ? plain : ['sudo', '-n', ...plain], { signal, env })
      if (result.code === 0) return
      if (!root && (result.missing || /^sudo: /m.test(result.err)))
        throw await denied(signal, result.missing ? 'sudo is not installed' : lastLine(result))
      throw failure(host, `systemctl restart ${name}`, result)
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
