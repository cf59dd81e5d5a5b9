import { setTimeout } from 'node:timers/promises'
import type { ProbeContext } from '../contract/check.ts'
import type { ProcessFacts } from '../contract/host.ts'
import type { Evidence } from '../contract/reading.ts'
import { formatSize } from '../contract/units.ts'

const shown = 5
/** Between the two looks at all processes, in milliseconds. */
const interval = 500

/**
 * A process in a few words: its program and the first word that is no option. The whole command
 * line is not shown, because people put passwords there.
 */
export function describeProcess({ pid, name, command }: ProcessFacts): string {
  if (command.startsWith('[')) return `${pid} ${command}`
  const [program = name, ...rest] = command.split(' ')
  const subject = rest[0]?.startsWith('-') ? '' : (rest[0] ?? '')
  return `${pid} ${program.replace(/^.*\//, '')} ${subject.slice(0, 80)}`.trim()
}

/** The processes that hold the most of what `size` tells, in bytes. */
export function largest(
  title: string,
  processes: readonly ProcessFacts[],
  size: (process: ProcessFacts) => number,
): Evidence {
  const lines = processes
    .filter((process) => size(process) > 0)
    .toSorted((a, b) => size(b) - size(a))
    .slice(0, shown)
    .map((process) => `${formatSize(size(process)).padStart(8)}  ${describeProcess(process)}`)
  return { title, lines }
}

/** The processes that used the most CPU over half a second. */
export async function busiest({ host, signal }: ProbeContext): Promise<Evidence> {
  const before = new Map((await host.processes()).map(({ pid, cpu }) => [pid, cpu]))
  await setTimeout(interval, undefined, { signal })
  const used = (await host.processes())
    .map((process) => ({ process, ms: process.cpu - (before.get(process.pid) ?? process.cpu) }))
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, shown)
  const lines = used.map(({ process, ms }) => {
    const percent = `${Math.round((ms / interval) * 100)}%`
    return `${percent.padStart(5)}  ${describeProcess(process)}`
  })
  return { title: 'Most CPU, in % of one core', lines }
}

/** Leaves out what there is nothing to say about. */
export const withLines = (...evidence: readonly Evidence[]): readonly Evidence[] =>
  evidence.filter(({ lines }) => lines.length > 0)
