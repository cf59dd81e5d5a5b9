import { OperatorError } from '../../contract/error.ts'
import type { Outcome, Prepared } from '../../contract/house.ts'
import { t, type Text } from '../../contract/message.ts'
import type { Operator } from '../../contract/operator.ts'
import { changeLines, scheduleChanged, scheduleSettled } from '../../core/say/tasks.ts'
import { inForce, type Plan, planChanges, planOf } from '../../core/tasks/plan.ts'
import type { Context } from '../context.ts'
import { fingerprint } from '../fingerprint.ts'

/** The plan that an admin has confirmed, as JSON. */
const confirmedName = 'tasks-confirmed'
/** The plan that was last asked about, as its fingerprint, and the notice that asks. */
const askedName = 'tasks-asked'
const noticeName = 'tasks-asked-notice'

/** Short enough for a button, and long enough that no two plans share one. */
const shortOf = (plan: Plan): string => fingerprint(plan).slice(0, 22)

/** Which schedule is agreed upon: a changed one counts once an admin has confirmed it. */
export function createAgreement(context: Context) {
  const { clock, store } = context

  const wanted = (): Plan => {
    const { tasks, timezone } = context.config()
    return planOf(tasks, timezone)
  }

  const confirmed = (): Plan | null => {
    const text = store.meta.text(confirmedName)
    return text === null ? null : (JSON.parse(text) as Plan)
  }

  const changes = () => planChanges(confirmed() ?? [], wanted())

  /** The question of before is no longer one. */
  const settle = (became: Text, shown = changes()): void => {
    const notice = store.meta.number(noticeName)
    const at = clock.now()
    if (notice !== null) store.outbox.revise(notice, scheduleSettled(at, shown, became), at)
    store.meta.clear(askedName)
    store.meta.clear(noticeName)
  }

  const keep = (plan: Plan): void => store.meta.setText(confirmedName, JSON.stringify(plan))

  const note = (kind: string, reason: string, shown = changes(), actor: string | null = null) =>
    store.events.add({
      at: clock.now(),
      kind,
      reason,
      actor,
      detail: { changes: changeLines(shown) },
    })

  const ask = (): void => {
    const plan = shortOf(wanted())
    if (store.meta.text(askedName) === plan) return
    const at = clock.now()
    settle(t('schedule-superseded'), [])
    const message = scheduleChanged(at, changes(), plan)
    const chat = context.chat()
    const notice = store.outbox.post({ kind: 'note', chat, message, sound: false, at })
    store.meta.setText(askedName, plan)
    store.meta.set(noticeName, notice)
    note('schedule-changed', 'config')
  }

  /** @throws OperatorError when a button is about another plan than the config has now */
  const current = (plan: string): void => {
    if (plan === shortOf(wanted())) return
    throw new OperatorError(
      'the config has changed since this was asked',
      'Use the button of the newest message about the schedule.',
    )
  }

  return {
    /** Compares with what was agreed upon, and asks where that is something else. */
    review(): void {
      store.atomically(() => {
        if (confirmed() === null) keep(wanted())
        else if (changes().length > 0) ask()
        else if (store.meta.text(askedName) !== null) settle(t('schedule-as-before'))
      })
    },
    /** What runs now, and when. */
    inForce: (): Plan => inForce(confirmed() ?? wanted(), wanted()),
    /** Exactly what confirming would change. @throws OperatorError when the button is too old */
    prepare(plan: string): Prepared {
      current(plan)
      const now = changes()
      if (now.length === 0) throw new OperatorError('this schedule is in force already')
      const action = { do: 'schedule', plan } as const
      return { action, label: t('schedule-apply'), steps: changeLines(now) }
    },
    /** Puts the config's schedule into force. @throws OperatorError when the button is too old */
    apply(plan: string, by: Operator): Outcome {
      current(plan)
      const shown = changes()
      store.atomically(() => {
        keep(wanted())
        settle(t('schedule-applied-by', { by: by.name, at: { time: clock.now() } }), shown)
        note('schedule-applied', 'operator', shown, by.name)
      })
      const text = t('schedule-applied', { count: wanted().length })
      return { ok: true, message: { blocks: [{ line: text }] } }
    },
  }
}
