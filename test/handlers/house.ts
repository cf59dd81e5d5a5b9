import { OperatorError } from '../../src/contract/error.ts'
import { errorPatterns } from '../../src/core/log/errors.ts'
import type { Action, House, Match, Outcome } from '../../src/contract/house.ts'
import { t, verbatim } from '../../src/contract/message.ts'
import type { RehearsalChoice } from '../../src/contract/rehearsal.ts'
import type {
  BackupView,
  CheckView,
  DeployableView,
  IncidentView,
  JobView,
  Overview,
  ReleaseView,
  ServiceView,
  Settings,
  SilenceView,
  SnapshotView,
  SubjectView,
  TaskView,
} from '../../src/contract/view.ts'

/** A house of plain data, to be changed by a test at will; it writes down what it was asked to do. */

export const noon = Date.UTC(2026, 0, 15, 12)

export const subject = (fields: Partial<SubjectView> = {}): SubjectView => ({
  subject: '',
  state: 'ok',
  at: noon,
  metrics: { used: 42 },
  ...fields,
})

export const check = (name: string, fields: Partial<CheckView> = {}): CheckView => ({
  name,
  host: 'main',
  kind: name,
  stale: false,
  every: 60_000,
  lastRun: noon - 5000,
  metrics: { used: { unit: 'percent', means: 'used space' } },
  levels: [{ severity: 'warning', threshold: '> 85%' }],
  subjects: [subject()],
  service: false,
  ...fields,
})

export const service = (name: string, fields: Partial<ServiceView> = {}): ServiceView => ({
  name,
  key: name,
  host: 'main',
  manager: 'pm2',
  restart: 'ask',
  check: check(name, {
    kind: 'service',
    service: true,
    metrics: { down: { unit: 'flag', means: 'not running' } },
    subjects: [subject({ metrics: { down: false }, saw: 'up for 3 d' })],
  }),
  ...fields,
})

export const incident = (id: number, fields: Partial<IncidentView> = {}): IncidentView => ({
  id,
  check: 'disk',
  host: 'main',
  subject: '/',
  cause: 'threshold',
  severity: 'warning',
  openedAt: noon - 600_000,
  metric: 'used',
  means: 'used space',
  unit: 'percent',
  value: 92.1,
  threshold: '> 85%',
  evidence: [],
  reminders: 0,
  ...fields,
})

export const release = (commit: string, fields: Partial<ReleaseView> = {}): ReleaseView => ({
  name: `20260114-120000-${commit}`,
  service: 'web',
  commit: commit.padEnd(40, '0'),
  subject: 'Say hello',
  author: 'Asha',
  by: 'Ben',
  at: noon - 86_400_000,
  live: false,
  lived: 3_600_000,
  ...fields,
})

export const backup = (name: string, fields: Partial<BackupView> = {}): BackupView => ({
  name,
  key: name,
  source: 'PostgreSQL app',
  repository: '/srv/backups',
  newest: { id: '4f2c1a9b', at: noon - 7_200_000, bytes: 1_288_490_189 },
  trust: 'proven',
  drill: {
    kind: 'drill',
    at: noon - 86_400_000,
    ok: true,
    text: verbatim('restored in 12 s'),
    rto: 12_000,
    rpo: 7_200_000,
  },
  scheduled: true,
  next: noon + 3_600_000,
  running: false,
  points: false,
  ...fields,
})

const settings: Settings = {
  version: '1.2.3',
  configFile: 'mechanic.yaml',
  loadedAt: noon - 60_000,
  timezone: 'Europe/Berlin',
  language: 'en',
  quietHours: { from: '22:00', to: '07:00' },
  heartbeat: { schedule: '0 * * * *', send: 'on-change' },
  operators: [
    { id: 1001, name: 'Asha', role: 'admin', reachable: true },
    { id: 1002, name: 'Ben', role: 'operator', reachable: false },
  ],
  startedAt: noon - 3_600_000,
  memory: 80 * 2 ** 20,
}

export interface FakeHouse extends House {
  readonly state: {
    checks: CheckView[]
    services: ServiceView[]
    incidents: IncidentView[]
    silences: SilenceView[]
    logs: readonly string[]
    overview: Partial<Overview>
    rehearsals: RehearsalChoice[]
    jobs: JobView[]
    deployable: DeployableView[]
    /** Newest first. */
    releases: ReleaseView[]
    tasks: TaskView[]
    backups: BackupView[]
    /** Of every backup. */
    snapshots: SnapshotView[]
    /** Snapshots that may be accepted, and those that were: `app-db 4f2c1a9b by Asha`. */
    doubtful: string[]
    accepted: string[]
    /** Test alerts that were asked for. */
    alerts: string[]
    /** How a confirmed action ends. */
    outcome: () => Promise<Outcome | null>
  }
  readonly performed: { readonly action: Action; readonly by: string; readonly token: string }[]
}

function found<T extends { readonly name: string }>(all: readonly T[], name: string): Match<T> {
  const exact = all.find((one) => one.name === name)
  const begin = all.filter((one) => one.name.startsWith(name))
  const only = exact ?? (begin.length === 1 ? begin[0] : undefined)
  return only ? { found: only } : { nearest: all.map((one) => one.name).slice(0, 2) }
}

export function fakeHouse(now: () => number = () => noon): FakeHouse {
  const done: Outcome = { ok: true, message: { blocks: [{ line: verbatim('✅ Restarted web') }] } }
  const state: FakeHouse['state'] = {
    checks: [check('cpu'), check('memory'), check('load'), check('disk')],
    services: [service('web'), service('worker')],
    incidents: [],
    silences: [],
    logs: ['one', 'two'],
    overview: {},
    rehearsals: [
      { name: 'free-disk', kind: 'clean-files', playable: true },
      { name: 'restart:web', kind: 'restart', playable: true },
      { name: 'renew', kind: 'command', playable: false },
    ],
    alerts: [],
    jobs: [],
    deployable: [{ service: 'web', key: 'web', branch: 'main' }],
    releases: [],
    tasks: [],
    backups: [],
    snapshots: [],
    doubtful: [],
    accepted: [],
    outcome: () => Promise.resolve(done),
  }
  const performed: FakeHouse['performed'] = []
  const allChecks = (): CheckView[] => [...state.checks, ...state.services.map((one) => one.check)]
  return {
    state,
    performed,
    now,
    overview: () =>
      Promise.resolve({
        at: now(),
        hosts: [{ name: 'main', role: 'web', uptime: 90_000_000, checks: state.checks }],
        services: state.services,
        incidents: state.incidents,
        silences: state.silences,
        jobs: [],
        checks: allChecks().length,
        ...state.overview,
      }),
    checks: allChecks,
    check(name) {
      const match = found(allChecks(), name)
      return match.found ? { found: [match.found] } : { nearest: match.nearest ?? [] }
    },
    services: () => state.services,
    service: (name) => found(state.services, name),
    incidents: () => state.incidents.filter(({ endedAt }) => endedAt === undefined),
    incident: (id) => state.incidents.find((one) => one.id === id),
    attempts: () => [],
    together: (id) => state.incidents.filter((one) => one.id === id),
    acknowledge(id, by) {
      const place = state.incidents.findIndex((one) => one.id === id)
      const one = state.incidents[place]
      if (!one || one.acknowledged || one.endedAt !== undefined) return false
      state.incidents[place] = { ...one, acknowledged: { by: by.name, at: now() } }
      return true
    },
    silence(name, ms, by) {
      if (ms > 86_400_000 && by.role !== 'admin') {
        throw new OperatorError('a silence of that length is not for you', 'ask an admin')
      }
      const silence = { check: name, until: now() + ms, by: by.name, at: now() }
      state.silences.push(silence)
      return silence
    },
    unsilence(name) {
      const before = state.silences.length
      state.silences = state.silences.filter((one) => one.check !== name)
      return state.silences.length < before
    },
    silences: () => state.silences,
    prepare: (action) =>
      Promise.resolve({
        action: action.do === 'fix' ? { ...action, plan: 'hash' } : action,
        label: t('joined', {
          a: 'Restart',
          b: action.do === 'restart' ? action.service : 'it',
        }),
        steps: ['pm2 restart web'],
      }),
    perform(action, by, token) {
      performed.push({ action, by: by.name, token })
      return state.outcome()
    },
    jobs: (limit) => state.jobs.slice(0, limit),
    cancelJob: (id, by) => verbatim(`✖️ ${by.name} cancels job ${id}`),
    jobLog: () => undefined,
    deployable: () => state.deployable,
    releases: (name) => state.releases.filter((one) => one.service === name),
    tasks: () => state.tasks,
    task: (name) => found(state.tasks, name),
    backups: () => state.backups,
    backup: (name) => found(state.backups, name),
    snapshots: () => Promise.resolve(state.snapshots),
    acceptBackup(name, snapshot, by) {
      if (!state.doubtful.includes(snapshot)) return false
      state.accepted.push(`${name} ${snapshot} by ${by.name}`)
      return true
    },
    rehearsals: () => state.rehearsals,
    rehearsal: (name) => found(state.rehearsals, name),
    rehearse(fix) {
      const message = { blocks: [{ line: verbatim(`✅ Rehearsed ${fix}`) }] }
      return Promise.resolve({ ok: true, message })
    },
    testAlert(name, by) {
      state.alerts.push(`${name} for ${by.name}`)
      return { alone: false }
    },
    logs: (_, lines) => Promise.resolve(state.logs.slice(-lines)),
    logErrors: (_, lines) => {
      const found = state.logs.slice(-lines)
      return Promise.resolve({ lines: found.length, patterns: errorPatterns(found) })
    },
    history: (limit) => [{ at: noon, text: verbatim(`disk was full, ${limit}`) }],
    audit: (limit) =>
      Array.from({ length: Math.min(limit, 60) }, (_, i) => ({
        at: noon - i * 1000,
        who: 'Asha',
        what: `/status ${i}`,
        result: 'done',
      })),
    series: () => [],
    heartbeat: () => ({ blocks: [{ line: verbatim('all well') }] }),
    settings: () => settings,
    config: () => ({ defaultLogLines: 50 }),
  }
}
