import { OperatorError } from '../contract/error.ts'
import type { House, Match } from '../contract/house.ts'
import type { RehearsalChoice, Rehearsing } from '../contract/rehearsal.ts'
import { rehearsalMessage } from '../core/say/rehearsal.ts'
import type { Context } from './context.ts'
import { match } from './match.ts'
import type { TestAlerts } from './test-alerts.ts'

export interface TryingOutside {
  readonly context: Context
  readonly rehearsing: Rehearsing
  readonly tests: TestAlerts
  /** Something may have been written that wants to be sent. */
  readonly poke: () => void
}

const restartOf = 'restart:'

/** A fix by name; the restart of a service by the service's, too. */
function choose(choices: readonly RehearsalChoice[], name: string): Match<RehearsalChoice> {
  const restarts = choices.filter((one) => one.name.startsWith(restartOf))
  const names = new Map([
    ...restarts.map((one) => [one.name.slice(restartOf.length), one] as const),
    ...choices.map((one) => [one.name, one] as const),
  ])
  const found = match(names, name)
  if (found.found) return found
  const near = found.nearest.flatMap((one) => names.get(one)?.name ?? [])
  return { nearest: [...new Set(near)] }
}

/** What only tries something out: rehearsals of fixes, test alerts. */
export function tryingOf({
  context,
  rehearsing,
  tests,
  poke,
}: TryingOutside): Pick<House, 'rehearsals' | 'rehearsal' | 'rehearse' | 'testAlert'> {
  const { clock, store } = context
  return {
    rehearsals: () => rehearsing.list(),
    rehearsal: (name) => choose(rehearsing.list(), name),
    async rehearse(fix, by) {
      const rehearsal = await rehearsing.run(fix)
      const at = clock.now()
      const { is, took, problem } = rehearsal
      const detail = { fix, took, problem: problem ?? null }
      store.events.add({ at, kind: 'rehearsed', reason: is, actor: by.name, detail })
      return { ok: is === 'fixed', message: rehearsalMessage(at, rehearsal) }
    },
    testAlert(check, by) {
      const target = context
        .targets()
        .values()
        .find((one) => one.check.name === check)
      if (!target) throw new OperatorError(`there is no check ${check} any more`)
      const alone = tests.fire(target, by)
      poke()
      return { alone }
    },
  }
}
