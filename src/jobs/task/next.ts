import { t } from '../../contract/message.ts'
import type { JobEnd, StepRecord } from '../../core/job/record.ts'
import type { Move } from '../../flow/jobs/kind.ts'
import type { Step } from '../../contract/fix.ts'

/** What a task that is a fix keeps of itself. */
export interface TaskMemory {
  readonly task: string
  readonly kind: string
  /** The service that it restarts, if that is what it does. */
  readonly service: string | null
  /** What will be done; null until it has been looked at. One that was shown is not made anew. */
  readonly plan: readonly Step[] | null
  /** What came of its steps. */
  readonly results: readonly string[]
}

/** Looking may be cut short by so many restarts of the bot before it is given up. */
const mostLooks = 3

const failed = ({ task }: TaskMemory, why: string): Move => ({
  end: {
    outcome: 'failed',
    ok: false,
    severity: 'warning',
    text: t('task-failed', { name: task, why }),
    more: [{ line: t('task-failed-advice') }],
  },
})

const cutShort = ({ task }: TaskMemory): Move => ({
  end: {
    outcome: 'interrupted',
    ok: false,
    severity: 'warning',
    text: t('task-interrupted', { name: task }),
    more: [{ line: t('task-interrupted-advice') }],
  },
})

const cancelled = ({ task }: TaskMemory): Move => ({
  end: {
    outcome: 'cancelled',
    ok: false,
    severity: 'info',
    text: t('task-cancelled', { name: task }),
  },
})

const done = ({ task, results, plan }: TaskMemory): JobEnd => {
  if (plan?.length === 0)
    return {
      outcome: 'nothing-to-do',
      ok: true,
      severity: 'info',
      text: t('task-nothing', { name: task }),
    }
  const result = results.join('; ')
  const text = t('task-done', { name: task, result })
  return { outcome: 'done', ok: true, severity: 'info', text }
}

/** What is planned is done: a service that it restarts is its own affair while that lasts. */
const actOn = (memory: TaskMemory): Move => {
  if (memory.plan?.length === 0) return { end: done(memory) }
  return { step: memory.service === null ? 'act' : 'restart' }
}

/**
 * Looking changes nothing and is done again after a crash. An action that was cut short is not: how
 * far it came is unknown, and it need not be one that may be done twice.
 */
export function nextOfTask(memory: TaskMemory, trail: readonly StepRecord[]): Move {
  const last = trail.at(-1)
  if (last === undefined) return memory.plan === null ? { step: 'look' } : actOn(memory)
  if (last.end === 'cancelled') return cancelled(memory)
  if (last.end === 'cut-short')
    return last.step === 'look' && trail.length < mostLooks ? { step: 'look' } : cutShort(memory)
  if (last.end !== 'done') return failed(memory, last.why ?? 'unknown')
  return last.step === 'look' ? actOn(memory) : { end: done(memory) }
}
