import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { CheckResult, Checking, SubjectResult } from './cli/result.ts'
import type { Config, Kinds } from './config/types.ts'
import type { Backups } from './contract/backup.ts'
import { OperatorError } from './contract/error.ts'
import type { Reading } from './contract/reading.ts'
import { metLevel } from './core/evaluate.ts'
import { createRedactor } from './core/redact.ts'
import { createKnowing } from './flow/backups/knowing.ts'
import { createProbing, type Probing } from './flow/probing.ts'
import { type Target, targetsOf } from './flow/target.ts'
import { systemClock } from './host/clock.ts'
import { createLocalHost } from './host/local.ts'
import { cronRuns } from './schedule.ts'
import { createServices } from './services.ts'
import { readState, type StateReader } from './store/reading.ts'

const nobody = { debug() {}, trace() {}, info() {}, warn() {}, error() {} } as const
/** Between the runs that `failures` asks for. */
const betweenFailures = 1_000

const levelOf = ({ rules }: Target, { metrics }: Reading) => metLevel(rules.levels, metrics)

function subjectOf(target: Target, reading: Reading): SubjectResult {
  const level = levelOf(target, reading)
  const { levels } = target.rules
  const known = levels.some(({ threshold }) => (reading.metrics[threshold.metric] ?? null) !== null)
  const metrics = Object.entries(reading.metrics).map(([name, value]) => [name, value ?? null])
  return {
    subject: reading.subject,
    state: level ? 'bad' : known || levels.length === 0 ? 'ok' : 'unknown',
    metrics: Object.fromEntries(metrics) as SubjectResult['metrics'],
    ...(level && { severity: level.severity, threshold: level.text }),
    ...(reading.saw !== undefined && { saw: reading.saw }),
  }
}

/** Runs it until it is good, or as often as its `failures` say. */
async function settle(target: Target, probing: Probing, signal: AbortSignal): Promise<CheckResult> {
  const begun = systemClock.monotonic()
  const common = { name: target.check.name, host: target.host.name, kind: target.kind.kind }
  for (let run = 1; ; run++) {
    const seen = await probing.probe(target, signal)
    const took = Math.round(systemClock.monotonic() - begun)
    if ('problem' in seen) return { ...common, subjects: [], problem: seen.problem, took }
    const wanted = Math.max(
      ...seen.readings.map((reading) => levelOf(target, reading)?.failures ?? 0),
      0,
    )
    if (run >= wanted) {
      return { ...common, subjects: seen.readings.map((one) => subjectOf(target, one)), took }
    }
    await new Promise<void>((resolve) =>
      setTimeout(resolve, Math.min(betweenFailures, target.check.every)),
    )
  }
}

/** What the bot on this state directory knows of the backups, which nobody else does. */
function backupsBeside(config: Config, home: string): Backups & { close(): void } {
  let state: StateReader | null = null
  return {
    get(name) {
      state ??= readState(home)
      if (state?.backups.known(name) === undefined)
        throw new OperatorError(
          'nothing is known of it: no bot has run here with this backup',
          'Start the bot, or name its state directory by MECHANIC_HOME.',
        )
      const { backups } = state
      const outside = { clock: systemClock, backups, runs: cronRuns, config: () => config }
      return createKnowing({ ...outside, lag: () => null, trouble: () => null }).facts.get(name)
    },
    close: () => state?.close(),
  }
}

/** The checks of a config, to be run once from the command line. */
export async function openChecking(
  config: Config,
  kinds: Kinds,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Checking> {
  const redact = createRedactor(config.secrets)
  const clock = systemClock
  const host = createLocalHost('main', { clock, redact })
  const services = createServices({
    clock,
    host,
    kinds,
    pm2Home: env['PM2_HOME'] ?? join(homedir(), '.pm2'),
    self: { pid: process.pid },
  })
  services.configure(config)
  await services.discover(AbortSignal.timeout(5_000)).catch(() => false)
  const backups = backupsBeside(config, resolve(env['MECHANIC_HOME'] || './var'))
  const probing = createProbing({ clock, log: nobody, services, backups, redact })
  const hosts = new Map([[host.name, host]])
  const all = { checks: kinds.checks, fixes: kinds.fixes, handlers: new Map(), jobs: new Map() }
  const targets = targetsOf(config, services.all(), all, hosts)
  const stop = new AbortController()
  return {
    names: [...new Set(targets.map((target) => target.check.name))],
    checkOnce: (names) =>
      Promise.all(
        targets
          .filter((target) => names.length === 0 || names.includes(target.check.name))
          .map((target) => settle(target, probing, stop.signal)),
      ),
    close: async () => {
      stop.abort()
      services.close()
      backups.close()
    },
  }
}
