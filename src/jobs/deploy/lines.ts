import { shownCommand } from '../../contract/command.ts'
import type { Command } from '../../contract/host.ts'
import { formatDuration } from '../../contract/units.ts'
import type { Plan } from '../../core/deploy/plan.ts'
import type { Reach } from './reach.ts'

/** What each step does, in the words of the commands themselves. */
function linesOf(step: string, { deploy, service }: Reach, what: string): readonly string[] {
  const { path, healthy } = deploy
  const commands = (all: readonly Command[]) => all.map((one) => `  ${shownCommand(one)}`)
  const gate = `healthy within ${formatDuration(healthy.within)}, for ${formatDuration(healthy.for)}`
  const { kind } = service.manager
  const lines: Readonly<Record<string, readonly string[]>> = {
    fetch: [`look at ${path} and what is live`],
    validate: [`check ${what} in a scratch clone:`, ...commands(deploy.validate)],
    rehearse: [`the same on ${deploy.rehearseOn ?? ''}`],
    backup: [`back up ${deploy.backup.join(', ')}`],
    build: [`build ${what} in ${path}/releases:`, ...commands(deploy.build)],
    warm: ['start the copy that nobody asks with it'],
    'gate-copy': [`that copy has to be ${gate}`],
    bake: [`watch it for ${formatDuration(deploy.bake)}`],
    switch: [`point ${path}/current to it`],
    activate: [`${kind} reload ${service.name}`],
    stop: [
      `${kind} stop ${service.name}${deploy.exclusive ? ', and see that no process of it is left' : ''}`,
    ],
    start: [`${kind} start ${service.name}`],
    'cut-over': ['have nginx ask that copy:', ...nginxLines(deploy)],
    gate: [`${service.name} has to be ${gate}, else the way back`],
    watch: [`compare errors and latency with before for ${formatDuration(deploy.watch)}`],
    cool: ['stop the old copy'],
    retire: [`keep ${deploy.keep} releases`],
  }
  return lines[step] ?? []
}

const nginxLines = ({ blueGreen }: Reach['deploy']): readonly string[] =>
  blueGreen
    ? [blueGreen.include, shownCommand(blueGreen.test), shownCommand(blueGreen.reload)].map(
        (one) => `  ${one}`,
      )
    : []

/** Exactly what will be done, in order. */
export const stepLines = (plan: Plan, reach: Reach, what: string): readonly string[] =>
  [...plan.before, ...plan.change, ...plan.after].flatMap((step) => linesOf(step, reach, what))
