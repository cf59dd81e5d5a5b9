import type { Evidence, Reading } from '../contract/reading.ts'
import { quietWindow } from '../core/quiet.ts'
import type { NoticeKind } from '../store/notices.ts'
import { createAccounting } from './accounting.ts'
import { createAttempting } from './attempting.ts'
import { createKnowing } from './backups/knowing.ts'
import { createChecking } from './checking.ts'
import type { Context } from './context.ts'
import { createDelivering } from './delivering.ts'
import { createFixing, type Fixing } from './fixing.ts'
import { createIncidents } from './incidents.ts'
import { createJobs } from './jobs/engine.ts'
import { createJudging, type Judging } from './judging.ts'
import type { FlowOutside } from './outside.ts'
import { createProbing, type Seen } from './probing.ts'
import { createRecording } from './recording.ts'
import type { Target } from './target.ts'
import { createReplicas } from './replicas.ts'
import { createTargets } from './targets.ts'
import { createTelling } from './telling.ts'
import { createTestAlerts, type TestAlerts } from './test-alerts.ts'
import { everySubject } from './verifying.ts'
import { createWork } from './work.ts'

export type Stages = ReturnType<typeof openStages>

/** What quiet hours hold, also where it was written before they began; the others answer somebody. */
const holdable: ReadonlySet<NoticeKind> = new Set([
  'incident',
  'brief',
  'summary',
  'blind',
  'task',
  'offer',
])

function openDelivering(outside: FlowOutside, tests: TestAlerts) {
  const { clock, log, store, sender, config, loop } = outside
  return createDelivering({
    clock,
    log,
    store,
    sender,
    loop: loop('delivery'),
    tests,
    elsewhere: (tried) =>
      config()
        .operators.filter(({ role }) => role !== 'viewer')
        .find(({ id }) => !tried.includes(id))?.id,
    heldUntil: ({ op, sound, notice: { kind } }) => {
      const { notify, timezone } = config()
      if (op === 'edit' || sound || !holdable.has(kind)) return null
      return quietWindow(clock.now(), notify.quietHours, timezone)?.until ?? null
    },
  })
}

/** Judges what was seen; a database that cannot be written is said, and tried again with the next run. */
const taking =
  (judging: Judging, { fault, store }: FlowOutside, poke: () => void) =>
  (target: Target, seen: Seen): boolean => {
    const before = store.outbox.written()
    try {
      const inDoubt = judging.take(target, seen)
      target.live.stored = true
      return inDoubt
    } catch (error) {
      target.live.stored = false
      fault(error)
      return true
    } finally {
      // Most runs are calm, and to look into the outbox takes longer than to judge one.
      if (store.outbox.written() !== before) poke()
    }
  }

/**
 * The stages that a reading goes through, each knowing the next: probe → judge → incident → fix and
 * verify → tell → deliver.
 *
 * @param end aborted when even a step that is being done has to end
 */
export function openStages(outside: FlowOutside, end: AbortSignal) {
  const { clock, log, store, services, redact, stop, fault } = outside
  const context: Context = {
    clock,
    log,
    store,
    redact,
    work: createWork(clock),
    kinds: outside.kinds,
    config: outside.config,
    services: () => services.all(),
    targets: () => targets.all(),
    fix: outside.fix,
    chat: outside.chat,
    heldBack: outside.heldBack,
    firstRun: () => store.meta.number('arrived-at') === null,
  }
  const tests = createTestAlerts(context)
  const delivering = openDelivering(outside, tests)
  const { poke } = delivering
  const telling = createTelling(context)
  const incidents = createIncidents(context, telling)
  const replicas = createReplicas(outside)
  const knowing = createKnowing({
    ...outside,
    backups: store.backups,
    lag: replicas.lag,
    trouble: replicas.problem,
  })
  const backups = knowing.facts
  const probing = createProbing({ clock, log, services, backups, redact })
  const watch = (target: Target, changed: () => void): (() => void) =>
    target.service ? services.watch(target.service.name, changed) : () => undefined
  const evidenceOf = (target: Target, reading: Reading | undefined): Promise<readonly Evidence[]> =>
    reading ? probing.evidence(target, reading, stop) : Promise.resolve([])

  const recording = createRecording({ clock, store })
  const judging = createJudging({
    context,
    incidents,
    recording,
    remedyFor: (target, subject, cause) => fixing.remedyFor(target, subject, cause),
    opened: (target, reading, id) => {
      const incident = store.incidents.get(id)
      if (incident) fixing.consider(incident)
      if (incident?.cause === 'threshold')
        void evidenceOf(target, reading)
          .then((evidence) => {
            incidents.learn(id, evidence)
            poke()
          })
          .catch(fault)
    },
  })
  const take = taking(judging, outside, poke)
  const checking = createChecking({ clock, probing, watch, take, loop: outside.loop })
  const attempting = createAttempting(context, {
    clock,
    watch,
    services,
    stop,
    end,
    look: (target) => checking.again(target),
    onChange: (attempt) => {
      fixing.follow(attempt)
      poke()
    },
  })
  const accounting = createAccounting({
    context,
    incidents,
    stop,
    evidence: (target, subject) =>
      evidenceOf(
        target,
        target.live.readings.find((one) => one.subject === subject),
      ),
    settled: (of, subject, by) => {
      // A reload may have replaced it meanwhile.
      const target = targets.all().get(of.id) ?? of
      if (subject === everySubject) judging.settleAll(target, by)
      else judging.settle(target, 'threshold', subject, by)
    },
  })
  const fixing: Fixing = createFixing({
    context,
    attempting,
    accounting,
    hurry: (target) => {
      checking.hurry(target.id)
      poke()
    },
  })
  const jobs = createJobs({
    ...outside,
    context,
    backups,
    end,
    poke,
    look: (target) => checking.again(target),
    hurry: (target) => checking.hurry(target.id),
  })
  const targets = createTargets({ ...outside, checking, judging })
  return {
    context,
    knowing,
    telling,
    incidents,
    recording,
    checking,
    attempting,
    accounting,
    fixing,
    jobs,
    targets,
    tests,
    delivering,
    replicas,
  }
}
