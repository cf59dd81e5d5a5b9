import type { Cause } from '../contract/view.ts'
import type { SubjectState } from '../core/subject.ts'
import type { Context } from './context.ts'
import type { Target } from './target.ts'

/** Good runs without a subject after which it counts as gone. */
const missingRuns = 3

/** What is remembered of a subject, by the cause it is judged for. */
export const memoryKey = (cause: Cause, subject: string): string => `${cause}:${subject}`

const parts = (name: string): readonly [Cause, string] => {
  const split = name.indexOf(':')
  return [name.slice(0, split) as Cause, name.slice(split + 1)]
}

/** What was judged of subjects, in memory and in the store alike; calm ones are not kept. */
export function createMemory({ clock, store }: Context) {
  return {
    of: (target: Target, name: string): SubjectState => target.live.states.get(name) ?? {},
    keep(target: Target, name: string, state: SubjectState): void {
      const { states } = target.live
      const calm = Object.keys(state).length === 0
      if (calm && !states.has(name)) return
      if (calm) states.delete(name)
      else states.set(name, state)
      store.subjects.put(target.id, name, clock.now(), state)
    },
    /** Takes up where the last run of the program left off. */
    recall(target: Target): void {
      for (const { subject, at, state } of store.subjects.of(target.id)) {
        target.live.states.set(subject, state)
        target.live.ranAt = Math.max(target.live.ranAt ?? 0, at)
      }
    },
    /** Subjects that have not been reported for a while: unmounted, deleted. */
    gone(target: Target, seen: ReadonlySet<string>): readonly (readonly [Cause, string])[] {
      const { states, missing } = target.live
      return states
        .keys()
        .toArray()
        .filter((name) => {
          const [cause, subject] = parts(name)
          const runs = cause === 'unknown' || seen.has(subject) ? 0 : (missing.get(name) ?? 0) + 1
          if (runs === 0 || runs >= missingRuns) missing.delete(name)
          else missing.set(name, runs)
          return runs >= missingRuns
        })
        .map(parts)
    },
    /** Runs a change; what could not be stored is forgotten again, as if it had not been seen. */
    together(target: Target, change: () => void): void {
      const before = new Map(target.live.states)
      try {
        store.atomically(change)
      } catch (error) {
        target.live.states.clear()
        for (const [name, state] of before) target.live.states.set(name, state)
        throw error
      }
    },
  }
}

export type Memory = ReturnType<typeof createMemory>
