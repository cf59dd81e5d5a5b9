import { OperatorError } from '../contract/error.ts'
import type { Level } from '../contract/level.ts'
import type { Message } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import type { Value } from '../contract/metric.ts'
import type { Incident } from '../core/incident.ts'
import { sampleOf } from '../core/sample.ts'
import {
  type AlertStages,
  type TestAlert,
  testAlertMessage,
  testAlertOver,
  testAlertRefused,
} from '../core/say/test-alert.ts'
import { judge, type SubjectState } from '../core/subject.ts'
import type { Notice } from '../store/notices.ts'
import type { Due } from '../store/outbox.ts'
import type { Context } from './context.ts'
import type { Target } from './target.ts'
import { guidanceFor, isQuiet } from './telling.ts'

/** What a notice of the kind `test` carries. */
interface Carried extends TestAlert {
  readonly asker: number
}

const carriedBy = ({ kind, detail }: Notice): Carried | null =>
  kind === 'test' ? (detail as unknown as Carried) : null

/** Runs of a check that the longest `failures` take, and then some. */
const mostRuns = 1_000

/** Judges a made-up reading until its level is met, as the real ones are. Pure. */
function met({ rules }: Target, level: Level, value: Value): Level {
  // A lesser level that is met sooner is not the one that is shown.
  const alone = { ...rules, levels: [level] }
  let state: SubjectState = {}
  const { metric, for: lasting } = level.threshold
  for (let run = 0; run < mostRuns; run++) {
    const judgement = judge(state, alone, { [metric]: value }, lasting)
    if (judgement.transition.to === 'opened' && judgement.level) return judgement.level
    state = judgement.state
  }
  throw new OperatorError(`no value meets ${level.text}`, 'See whether that level can ever be met.')
}

/** The incident that the reading would open; it is shown, and never stored. */
function incidentOf(target: Target, level: Level, value: Value, now: number): Incident {
  const { metric } = level.threshold
  const seen = target.live.readings[0]
  return {
    id: 0,
    check: target.check.name,
    host: target.host.name,
    subject: seen?.subject ?? '',
    cause: 'threshold',
    severity: level.severity,
    worst: level.severity,
    openedAt: now,
    endedAt: null,
    ending: null,
    metric,
    unit: target.rules.units[metric] ?? 'number',
    value,
    threshold: level.text,
    saw: '',
    service: target.service?.name ?? null,
    evidence: [],
    acknowledged: null,
    remedy: null,
    told: 'yes',
    toldAt: now,
    notice: null,
    reminders: 0,
    remindedAt: null,
  }
}

export type TestAlerts = ReturnType<typeof createTestAlerts>

/** Alerts that only try the way to the reader: they are no incidents, and count as none. */
export function createTestAlerts(context: Context) {
  const { clock, store } = context

  const post = (
    carried: Carried,
    message: Message,
    by: Operator,
    target: Target,
    quiet: boolean,
  ): number =>
    store.atomically(() => {
      const { severity } = carried.incident
      const at = clock.now()
      store.events.add({
        at,
        kind: 'test-alert',
        reason: 'operator',
        target: target.id,
        actor: by.name,
      })
      return store.outbox.post({
        kind: 'test',
        // At night it wakes nobody: it goes to who asked alone.
        chat: quiet ? { id: by.id } : context.chat(),
        message,
        sound: severity === 'critical' && !quiet,
        at,
        detail: { ...carried },
      })
    })

  const over = (id: number, carried: Carried, stages: Partial<AlertStages>): void => {
    const next = { ...carried, stages: { ...carried.stages, ...stages } }
    store.notices.describe(id, next)
    store.outbox.revise(id, testAlertOver(next), clock.now())
  }

  return {
    /**
     * Sends an alert as the target would.
     *
     * @returns whether it goes to who asked alone, because of quiet hours
     * @throws OperatorError when it has no level that can be met
     */
    fire(target: Target, by: Operator): boolean {
      const [worst] = target.rules.levels
      if (!worst)
        throw new OperatorError(
          `${target.check.name} has no level, so that it never alerts`,
          'Give it `warning` or `critical` in the config.',
        )
      const begun = clock.monotonic()
      const value = sampleOf(worst.threshold, target.rules.units[worst.threshold.metric])
      const level = met(target, worst, value)
      const judged = clock.monotonic()
      const incident = incidentOf(target, level, value, clock.now())
      const carried: Carried = {
        by: by.name,
        asker: by.id,
        incident,
        guidance: guidanceFor(context, incident),
        stages: { judged: judged - begun, composed: 0, stored: 0 },
      }
      const message = testAlertMessage(carried)
      const composed = clock.monotonic()
      const quiet = isQuiet(context)
      const id = post(carried, message, by, target, quiet)
      const stored = clock.monotonic() - composed
      const stages = { ...carried.stages, composed: composed - judged, stored }
      store.notices.describe(id, { ...carried, stages })
      return quiet
    },
    /** In the transaction that notes a delivery. `took` is the sender's, in milliseconds. */
    delivered({ notice, op, at }: Due, took: number): void {
      const carried = carriedBy(notice)
      if (!carried) return
      const { stages } = carried
      if (op === 'send')
        over(notice.id, carried, {
          waited: Math.max(0, clock.now() - at - took),
          delivered: took,
        })
      else if (stages.edited === undefined) over(notice.id, carried, { edited: took })
    },
    /** In the transaction that gives a delivery up. @returns whether it was one of these */
    refused({ notice, op }: Due, why: string): boolean {
      const carried = carriedBy(notice)
      if (!carried) return false
      const { asker, incident } = carried
      const usual = context.chat()
      const chat = notice.chat.id === asker ? usual : { id: asker }
      if (op === 'send' && notice.chat.id !== chat.id) {
        const at = clock.now()
        const message = testAlertRefused(at, incident.check, notice.chat.id, why)
        store.outbox.post({ kind: 'note', chat, message, sound: false, at })
      }
      return true
    },
  }
}
