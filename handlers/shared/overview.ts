import { gap, line, t, verbatim } from '../../src/contract/message.ts'
import type { Block, Text } from '../../src/contract/message.ts'
import type {
  BackupView,
  CheckView,
  HostView,
  Overview,
  ServiceView,
} from '../../src/contract/view.ts'
import { checkLine, healthOf, joined, markOf, readingOf, severityOf } from './check.ts'
import { backupLine, isWrong } from './backups.ts'
import { incidentLine, worstFirst } from './incident.ts'

/** `/status`: what is wrong first, then each host, its services, backups in trouble, what is silenced. */
export function overviewBlocks(
  overview: Overview,
  backups: readonly BackupView[],
): readonly Block[] {
  const { incidents, checks, hosts, heldBack } = overview
  const troubled = backups.filter((one) => isWrong(one, incidents))
  const unlisted = troubled.filter(({ name }) => incidents.every(({ check }) => check !== name))
  const n = incidents.length + unlisted.length
  const title = n === 0 ? line('status-ok', { checks }) : line('status-wrong', { n })
  return [
    ...(heldBack ? [{ line: t('status-held', { why: heldBack }) }] : []),
    title,
    ...(incidents.length > 0 ? [{ list: worstFirst(incidents).map(incidentLine) }] : []),
    ...jobLines(overview),
    ...hosts.flatMap((host) => [gap, ...hostLines(host, overview)]),
    ...backupLines(overview, troubled),
    ...silenceLines(overview),
  ]
}

/** `/status HOST`: the same of one host, with each of its checks. */
export function hostBlocks(host: HostView, overview: Overview): readonly Block[] {
  const wrong = overview.incidents.filter((incident) => incident.host === host.name)
  return [
    ...hostLines(host, overview),
    ...(wrong.length > 0 ? [gap, { list: worstFirst(wrong).map(incidentLine) }] : []),
    gap,
    { list: host.checks.map(checkLine) },
  ]
}

/** What every host is asked about; the rest is only named when something is wrong with it. */
const vitals = ['cpu', 'memory', 'load', 'swap', 'disk']

function hostLines(host: HostView, { services }: Overview): readonly Block[] {
  const seen = vitals.flatMap((kind) => host.checks.filter((check) => check.kind === kind))
  const own = services.filter((service) => service.host === host.name)
  const others = host.checks.filter((check) => !seen.includes(check) && !check.service)
  const unsure = others.filter((check) => healthOf(check) === 'unknown')
  return [
    { line: titleOf(host) },
    ...seen.map((check) => ({ line: vitalLine(check) })),
    ...serviceLines(own),
    ...unsure.map((check) => ({ line: checkLine(check) })),
  ]
}

function titleOf({ name, role, uptime }: HostView): Text {
  const title = role === undefined ? t('host', { name }) : t('host-role', { name, role })
  return uptime === undefined ? title : t('host-up', { host: title, for: { span: uptime } })
}

/** "disk / 62 % · /home 80 %", with a mark only where something is not well. */
function vitalLine(check: CheckView): Text {
  const health = healthOf(check)
  const name =
    health === 'ok' || health === 'new'
      ? verbatim(check.name)
      : t('marked', { mark: markOf(health, severityOf(check)), name: check.name })
  if (check.problem !== undefined) return t('vital-problem', { name, why: check.problem })
  if (check.subjects.length === 0) return t('vital-new', { name })
  const values = joined(check.subjects.map((subject) => readingOf(check, subject)))
  return t('vital', { name, values })
}

/** Those that are not well one by one, the others in one line. */
function serviceLines(services: readonly ServiceView[]): readonly Block[] {
  const well = services.filter(({ check }) => healthOf(check) === 'ok')
  const rest = services.filter((service) => !well.includes(service))
  const names = well.map(({ name }) => name).join(', ')
  return [
    ...rest.map(({ check }) => ({ line: checkLine(check) })),
    ...(well.length > 0 ? [line('services-up', { n: well.length, names })] : []),
  ]
}

function jobLines({ jobs }: Overview): readonly Block[] {
  if (jobs.length === 0) return []
  const list = jobs.map(({ headline, step, startedAt, by }) => {
    const args = { headline, since: { time: startedAt } } as const
    const what = step === undefined ? t('job-line', args) : t('job-line-step', { ...args, step })
    return by === undefined ? what : t('job-line-by', { what, by })
  })
  return [gap, { list }]
}

function backupLines(
  { at, incidents }: Overview,
  backups: readonly BackupView[],
): readonly Block[] {
  if (backups.length === 0) return []
  return [gap, line('backup-all'), { list: backups.map((one) => backupLine(one, incidents, at)) }]
}

function silenceLines({ silences }: Overview): readonly Block[] {
  if (silences.length === 0) return []
  return [gap, ...silences.map(({ check, until, by }) => silenceLine(check, until, by))]
}

export const silenceLine = (check: string, until: number, by: string): Block =>
  line('silence-line', { check, until: { time: until }, by })
