import { OperatorError } from '../contract/error.ts'
import type { House } from '../contract/house.ts'
import type { Operator } from '../contract/operator.ts'
import type { AuditLine, CheckView, ServiceView, SilenceView } from '../contract/view.ts'
import type { Services } from '../contract/service.ts'
import { isOpen } from '../core/incident.ts'
import { errorPatterns } from '../core/log/errors.ts'
import type { Acting } from './acting.ts'
import type { Context } from './context.ts'
import { historyOf } from './history.ts'
import type { Incidents } from './incidents.ts'
import type { Jobs } from './jobs/engine.ts'
import { match } from './match.ts'
import { overviewOf } from './overview.ts'
import { releasesOf } from './releases.ts'
import type { Summaries } from './summaries.ts'
import { tryingOf, type TryingOutside } from './trying.ts'
import { targetId } from './target.ts'
import type { Telling } from './telling.ts'
import { attemptView, checkView, isAbsent, incidentView, serviceView, snapshot } from './views.ts'

export interface HouseOutside extends TryingOutside {
  readonly incidents: Incidents
  readonly telling: Telling
  readonly acting: Acting
  readonly jobs: Jobs
  readonly tasks: House['tasks']
  readonly backups: Pick<House, 'backups' | 'backup' | 'snapshots' | 'acceptBackup'>
  readonly summaries: Summaries
  readonly services: Services
  readonly settings: House['settings']
  readonly stop: AbortSignal
}

const day = 86_400_000
/** The contract: operators silence up to 24 h; nobody forgets a month-old silence. */
const longest = { viewer: 0, operator: day, admin: 30 * day }
const logsTimeout = 15_000
/** Characters shown of a line of a log: fewer than managers read, so that no secret is seen cut. */
const widestLog = 1000

/** The use cases, as the chat asks for them. */
export function createHouse(outside: HouseOutside): House {
  const { context, summaries, acting } = outside
  const { clock, store } = context
  return {
    now: () => clock.now(),
    overview: () => overviewOf(context, outside.jobs.running()),
    ...checksOf(context),
    ...incidentsOf(outside),
    ...silencesOf(outside),
    ...tryingOf(outside),
    prepare: acting.prepare,
    async perform(action, by, token) {
      try {
        return await acting.perform(action, by, token)
      } finally {
        outside.poke()
      }
    },
    ...logsOf(outside),
    ...jobsOf(outside),
    ...releasesOf(context),
    ...outside.backups,
    history: (limit) => historyOf(context, limit),
    audit: (limit): readonly AuditLine[] => store.audit.recent(limit),
    series: ({ check, host, subject, metric }, from, to, points) =>
      store.samples.read({ target: targetId(check, host), subject, metric }, from, to, points),
    heartbeat: () => summaries.preview(),
    settings: outside.settings,
    config: () => ({ defaultLogLines: 50 }),
  }
}

/** What services have logged, without secrets. */
function logsOf({ context, services, stop }: HouseOutside): Pick<House, 'logs' | 'logErrors'> {
  const read = async (service: string, lines: number): Promise<readonly string[]> => {
    const late = AbortSignal.timeout(logsTimeout)
    const found = await services.get(service).logs(lines, AbortSignal.any([late, stop]))
    // As one text, and cut only then: a private key is many lines, and a part of a secret is unknown.
    return found.length === 0 ? [] : context.redact(found.join('\n')).split('\n')
  }
  return {
    logs: async (service, lines) =>
      (await read(service, lines)).map((line) => line.slice(0, widestLog)),
    async logErrors(service, lines) {
      const found = await read(service, lines)
      return { lines: found.length, patterns: errorPatterns(found) }
    },
  }
}

/** Long actions, under way and over. */
const jobsOf = ({
  jobs,
  tasks,
}: HouseOutside): Pick<House, 'jobs' | 'cancelJob' | 'jobLog' | 'tasks' | 'task'> => ({
  jobs: jobs.list,
  cancelJob: (id, by) => jobs.cancel(id, by.name),
  jobLog: jobs.log,
  tasks,
  task: (name) => match(new Map(tasks().map((one) => [one.name, one])), name),
})

/** Checks and services by name; one name may stand for several hosts. */
function checksOf(context: Context): Pick<House, 'checks' | 'check' | 'services' | 'service'> {
  const checks = (): readonly CheckView[] => {
    const now = snapshot(context)
    const targets = [...context.targets().values()].filter((target) => !isAbsent(target))
    return targets.map((target) => checkView(context, target, now))
  }
  const services = (): readonly ServiceView[] => {
    const now = snapshot(context)
    return [...context.targets().values()].flatMap((one) => serviceView(context, one, now) ?? [])
  }
  return {
    checks,
    check: (name) =>
      match(
        Map.groupBy(checks(), (view) => view.name),
        name,
      ),
    services,
    service: (name) => {
      const all = services()
      const byKey = all.find((view) => view.key === name)
      return byKey ? { found: byKey } : match(new Map(all.map((view) => [view.name, view])), name)
    },
  }
}

function incidentsOf({
  context,
  incidents,
  poke,
}: HouseOutside): Pick<House, 'incidents' | 'incident' | 'attempts' | 'together' | 'acknowledge'> {
  const { store } = context
  return {
    incidents: () => store.incidents.open().map((one) => incidentView(context, one)),
    incident: (id) => {
      const found = store.incidents.get(id)
      return found && incidentView(context, found)
    },
    attempts: (id) => store.attempts.ofIncident(id).map(attemptView),
    together: (id) => {
      const notice = store.incidents.get(id)?.notice ?? null
      const all = notice === null ? [] : store.incidents.ofNotice(notice)
      return all.filter(isOpen).map((one) => incidentView(context, one))
    },
    acknowledge: (id, by) =>
      store.atomically(() => {
        const incident = store.incidents.get(id)
        if (!incident || !isOpen(incident) || incident.acknowledged) return false
        incidents.acknowledge(incident, by.name)
        poke()
        return true
      }),
  }
}

function silencesOf({
  context,
  telling,
  poke,
}: HouseOutside): Pick<House, 'silence' | 'unsilence' | 'silences'> {
  const { clock, store } = context
  const record = (kind: string, check: string, by: Operator, until: number | null): void => {
    const detail = { check, until }
    store.events.add({ at: clock.now(), kind, reason: 'operator', actor: by.name, detail })
    for (const incident of store.incidents.open())
      if (check === 'all' || incident.check === check) telling.refresh(incident)
    poke()
  }
  return {
    silence(check, ms, by) {
      const limit = longest[by.role]
      if (ms > limit)
        throw new OperatorError(
          `a silence of that length is not for the role ${by.role} (at most ${limit / 3_600_000} h)`,
          by.role === 'admin' ? 'remove the check from the config instead' : 'ask an admin',
        )
      const at = clock.now()
      const silence: SilenceView = { check, until: at + ms, by: by.name, at }
      store.atomically(() => {
        store.silences.put(silence)
        record('silenced', check, by, silence.until)
      })
      return silence
    },
    unsilence: (check, by) =>
      store.atomically(() => {
        const was = store.silences.remove(check)
        if (was) record('unsilenced', check, by, null)
        return was
      }),
    silences: () => store.silences.current(clock.now()),
  }
}
