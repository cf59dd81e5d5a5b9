import type { Evidence } from '../contract/reading.ts'
import { type Incident, isOpen, type Remedy } from '../core/incident.ts'
import type { AttemptEnd } from './attempting.ts'
import type { Context } from './context.ts'
import type { Incidents } from './incidents.ts'
import type { Usable } from './remedies.ts'
import type { Target } from './target.ts'

export interface AccountingOutside {
  readonly context: Context
  readonly incidents: Incidents
  /** Forgets what was judged of a subject, after it was fixed. */
  readonly settled: (target: Target, subject: string, by: 'fixed' | 'restarted') => void
  /** What helps a person decide, gathered when an attempt did not help. */
  readonly evidence: (target: Target, subject: string) => Promise<readonly Evidence[]>
  readonly stop: AbortSignal
}

/** Pause before a refused write is tried again. */
const retryAfter = 1_000

const sameRemedy = (a: Remedy | null, b: Remedy | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

export type Accounting = ReturnType<typeof createAccounting>

/** Where an incident's fix stands, and what the end of an attempt means for it. */
export function createAccounting({ context, incidents, ...outside }: AccountingOutside) {
  const { clock, store } = context

  const failed = (
    incident: Incident,
    usable: Usable,
    end: Exclude<AttemptEnd, { is: 'interrupted' }>,
    evidence: readonly Evidence[],
  ): void => {
    const now = clock.now()
    const attempt = incident.remedy?.attempt ?? 1
    const { config } = usable
    const idle = end.is === 'nothing-to-do'
    const over = idle || attempt >= config.attempts
    if (over) store.attempts.exhaust(usable.key, now)
    const remedy: Remedy = {
      fix: incident.remedy?.fix ?? config.name,
      attempt,
      of: config.attempts,
      result: end.result,
      phase: idle ? 'nothing-to-do' : over ? 'exhausted' : 'backing-off',
      next: now + (over ? config.cooldown : config.backoff * 2 ** (attempt - 1)),
    }
    incidents.update(incident, { remedy, ...(evidence.length > 0 && { evidence }) })
  }

  const helped = (incident: Incident, usable: Usable, result: string): void => {
    const remedy = incident.remedy && { ...incident.remedy, phase: 'verified' as const, result }
    if (isOpen(incident)) store.incidents.save({ ...incident, remedy })
    outside.settled(usable.target, incident.subject, 'fixed')
  }

  const write = async (id: number, usable: Usable, end: AttemptEnd): Promise<void> => {
    const { subject } = store.incidents.get(id) ?? { subject: '' }
    const evidence = end.is === 'failed' ? await outside.evidence(usable.target, subject) : []
    store.atomically(() => {
      const incident = store.incidents.get(id)
      if (!incident || end.is === 'interrupted') return
      if (end.is === 'verified') helped(incident, usable, end.result)
      else if (isOpen(incident)) failed(incident, usable, end, evidence)
    })
  }

  return {
    /** Shows where the fix stands; nothing happens when it stands there already. */
    show: (id: number, remedy: Remedy | null): void =>
      store.atomically(() => {
        const incident = store.incidents.get(id)
        if (incident && isOpen(incident) && !sameRemedy(incident.remedy, remedy))
          incidents.update(incident, { remedy })
      }),
    /**
     * Writes down what an automatic attempt's end means, until the database takes it: what was done
     * is not forgotten, and not done again unjudged.
     */
    async account(id: number, usable: Usable, end: AttemptEnd): Promise<void> {
      for (;;) {
        try {
          return await write(id, usable, end)
        } catch (error) {
          context.log.error({ err: error, incident: id }, 'the end of a fix could not be written')
        }
        if (outside.stop.aborted) return
        await new Promise<void>((again) => clock.after(retryAfter, again))
      }
    },
    /** What an operator ordered has helped. */
    byHand(usable: Usable, subject: string): void {
      const ending = usable.config.name.startsWith('restart:') ? 'restarted' : 'fixed'
      store.atomically(() => outside.settled(usable.target, subject, ending))
    },
  }
}
