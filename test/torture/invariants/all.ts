import type { Arena } from '../arena.ts'
import { readLedger } from '../ledger.ts'
import { doneOnce } from './done-once.ts'
import { everythingTold } from './everything-told.ts'
import { finalWords } from './final-words.ts'
import { noSecret } from './no-secret.ts'
import { noStaleAct } from './no-stale-act.ts'
import { nothingEarned } from './nothing-earned.ts'
import { nothingHoarded } from './nothing-left.ts'
import { nothingLost } from './nothing-lost.ts'
import { resultsTold } from './results-told.ts'
import { saidOnce } from './said-once.ts'
import type { Invariant } from './sight.ts'
import { strangersUnanswered } from './strangers-unanswered.ts'
import { trueHealth } from './true-health.ts'
import { wholeDatabase } from './whole-database.ts'

const invariants: Readonly<Record<string, Invariant>> = {
  'whole database': wholeDatabase,
  'nothing lost': ({ ledger }) => nothingLost(ledger),
  'everything told': everythingTold,
  'final words': finalWords,
  'no stale act': noStaleAct,
  'said once': saidOnce,
  'done once': doneOnce,
  'results told': resultsTold,
  'no secret': noSecret,
  'nothing earned': nothingEarned,
  'strangers unanswered': strangersUnanswered,
  'true health': trueHealth,
  'nothing hoarded': nothingHoarded,
}

/** All of them, for a bot at rest. @returns `NAME: what breaks it` */
export async function brokenInvariants(arena: Arena): Promise<readonly string[]> {
  const sight = { arena, ledger: readLedger(arena.home) }
  const broken: string[] = []
  for (const [name, holds] of Object.entries(invariants))
    for (const what of await holds(sight)) broken.push(`${name}: ${what}`)
  return broken
}
