import type { CheckView } from '../contract/view.ts'
import type { Answer } from './server.ts'
import type { Health } from './health.ts'

/** What is counted, read at the moment of the request. */
export interface Figures {
  readonly version: string
  readonly health: Health
  readonly checks: readonly CheckView[]
  readonly incidents: readonly {
    readonly cause: string
    readonly ending: string | null
    readonly n: number
  }[]
  readonly attempts: readonly { readonly fix: string; readonly state: string; readonly n: number }[]
}

const stateValue = { ok: 0, unknown: 1, doubt: 2, bad: 3 } as const

/** Prometheus' text format, through prom-client, which is loaded with the first request. */
export async function metricsAnswer(figures: Figures): Promise<Answer> {
  const { Gauge, Counter, Registry } = await import('prom-client')
  const registry = new Registry()
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `mechanic_${name}`, help, labelNames: [...labelNames], registers })
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({ name: `mechanic_${name}`, help, labelNames: [...labelNames], registers })

  gauge('info', 'Version of the bot', ['version']).set({ version: figures.version }, 1)
  gauge('healthy', '1 unless the bot itself is at fault').set(
    Number(figures.health.faults.length === 0),
  )
  gauge('held_back', '1 while another bot uses the token').set(Number(figures.health.holdsBack))
  gauge('open_incidents', 'Incidents that are open').set(figures.health.openIncidents)
  gauge('outbox_waiting', 'Messages not delivered yet').set(figures.health.outbox.waiting)
  gauge('resident_memory_bytes', 'Resident memory of the bot').set(process.memoryUsage.rss())
  gauge('cpu_seconds', 'CPU time used by the bot').set(cpuSeconds())

  const incidents = counter('incidents_total', 'Incidents by cause and ending', ['cause', 'ending'])
  for (const { cause, ending, n } of figures.incidents)
    incidents.inc({ cause, ending: ending ?? 'open' }, n)
  const attempts = counter('fix_attempts_total', 'Attempts of fixes by result', ['fix', 'state'])
  for (const { fix, state, n } of figures.attempts) attempts.inc({ fix, state }, n)

  const labels = ['check', 'host', 'kind', 'subject'] as const
  const state = gauge('check_state', '0 ok, 1 unknown, 2 in doubt, 3 bad', labels)
  const value = gauge('check_value', 'Last reading of a metric', [...labels, 'metric'])
  for (const check of figures.checks)
    for (const subject of check.subjects) {
      const of = { check: check.name, host: check.host, kind: check.kind, subject: subject.subject }
      state.set(of, stateValue[subject.state])
      for (const [metric, seen] of Object.entries(subject.metrics))
        if (seen !== null) value.set({ ...of, metric }, Number(seen))
    }
  return { status: 200, body: await registry.metrics(), type: registry.contentType }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
