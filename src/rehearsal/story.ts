import type { Rehearsal, RehearsedTry } from '../contract/rehearsal.ts'
import type { Incident } from '../core/incident.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Event } from '../store/events.ts'

/** What a rehearsal's own store holds when it is over. */
export interface Records {
  /** Oldest first. */
  readonly events: readonly Event[]
  readonly incident: Incident | undefined
  readonly attempts: readonly Attempt[]
}

function tryOf(attempt: Attempt, place: string): RehearsedTry {
  const { steps, state, result, after, ...times } = attempt
  const ended = times.endedAt ?? times.startedAt
  const acted = times.actedAt ?? ended
  return {
    // The name of the scratch place says nothing, and takes the room of what does.
    steps: steps.map(({ show }) => show.replaceAll(place, '…')),
    ok: state === 'verified',
    result: result ?? '',
    after: after ?? '',
    acted: acted - times.startedAt,
    verified: ended - acted,
  }
}

/** The part of a rehearsal that its event log tells. `made` is when the fault was, epoch milliseconds; `place` the scratch place. */
export function storyOf(
  { events, incident, attempts }: Records,
  made: number,
  place: string,
): Pick<Rehearsal, 'seen' | 'tries'> {
  const opened = events.find(({ kind }) => kind === 'incident-opened')
  return {
    ...(opened &&
      incident && {
        seen: {
          after: opened.at - made,
          saw: attempts[0]?.before ?? incident.saw,
          limit: incident.threshold,
        },
      }),
    tries: attempts.map((one) => tryOf(one, place)),
  }
}

/** Whether it is over, and how: null while the flow still has something to do. */
export function verdictOf({ incident, attempts }: Records): { readonly problem?: string } | null {
  if (!incident) return null
  if (incident.endedAt !== null) {
    if (incident.ending === 'fixed') return {}
    return { problem: `the fault went away without the fix (${incident.ending})` }
  }
  const phase = incident.remedy?.phase
  const last = attempts.at(-1)
  if (phase === 'nothing-to-do') return { problem: 'the fix found nothing to do' }
  if (phase === 'exhausted')
    return {
      problem: `${attempts.length} tries did not help: ${last?.result || (last?.after ?? '')}`,
    }
  if (phase === 'limited') return { problem: 'its max_per_hour does not let it run' }
  return null
}
