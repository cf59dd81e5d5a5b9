import { setTimeout as sleep } from 'node:timers/promises'
import type { Arena } from './arena.ts'
import { type Ledger, readLedger } from './ledger.ts'
import { asha } from './people.ts'

/** A rest that takes longer than this never comes: Telegram's longest pause, and a check after it. */
const patience = 100_000
const step = 250
/** So long nothing may be left to do. */
const restFor = 1_500

const truth = (arena: Arena): readonly string[] =>
  arena.things.filter((one) => one.broken()).map(({ name }) => name)

const openOf = (ledger: Ledger): readonly string[] =>
  ledger.incidents
    .filter(({ ended_at }) => ended_at === null)
    .map(({ check_name, cause }) => (cause === 'threshold' ? check_name : `${cause} ${check_name}`))

const list = (names: readonly string[]): string => names.toSorted().join(' ') || 'nothing'

/** What is not yet as it has to be in the end; empty when everything is. */
function unrest(arena: Arena, ledger: Ledger): readonly string[] {
  const wrong = list(truth(arena))
  const open = list(openOf(ledger))
  const untold = ledger.incidents.filter((one) => one.ended_at === null && one.told !== 'yes')
  const trying = ledger.attempts.filter(({ state }) => ['running', 'verifying'].includes(state))
  const claimed = ledger.confirmations.filter(({ state }) => state === 'claimed')
  return [
    ...ledger.silences.map((name) => `${name} is silenced`),
    ...(wrong === open ? [] : [`wrong is ${wrong}, open is ${open}`]),
    ...untold.map((one) => `${one.check_name} is not told (${one.told})`),
    ...ledger.outbox.map(({ op, notice, state }) => `${op} of notice ${notice} is ${state}`),
    ...trying.map(({ fix, state }) => `${fix} is ${state}`),
    ...claimed.map(({ token }) => `confirmed ${token} has no result`),
    ...(arena.standin.pendingUpdates === 0 ? [] : ['updates wait to be read']),
  ]
}

interface Health {
  readonly telegram?: string
}

async function look(arena: Arena): Promise<readonly string[]> {
  const end = arena.bot.ended()
  if (end !== null) return [`the bot has ended: ${end}`]
  const health = await arena.get('/health')
  try {
    const well = health?.status === 200 && (JSON.parse(health.text) as Health).telegram === 'online'
    const ill = well ? [] : [`/health says ${health?.text ?? 'nothing'}`]
    return [...ill, ...unrest(arena, readLedger(arena.home))]
  } catch (error) {
    return [`the database cannot be read: ${String(error)}`]
  }
}

/** How often what is silenced is asked to be told again: a person may say 20 commands a minute. */
const askEvery = 4_000

/** Takes silences back: what is silenced is not told, and would be no proof of anything. */
function unsilence(arena: Arena): void {
  try {
    for (const name of readLedger(arena.home).silences)
      arena.standin.say(asha, `/unsilence ${name}`)
  } catch {
    // Not there yet: nothing can be silenced.
  }
}

/**
 * Waits until the bot has nothing left to do and what it knows is what is so.
 *
 * @returns what is missing after all patience; empty when all is well
 */
export async function comeToRest(arena: Arena): Promise<readonly string[]> {
  const begun = performance.now()
  let restless = begun
  let asked = -Infinity
  let missing: readonly string[] = []
  while (performance.now() - restless < restFor) {
    if (performance.now() - begun > patience) return missing.map((one) => `no rest: ${one}`)
    if (performance.now() - asked > askEvery) {
      unsilence(arena)
      asked = performance.now()
    }
    await sleep(step)
    missing = await look(arena)
    if (missing.length > 0) restless = performance.now()
    if (missing.some((one) => one.startsWith('the bot has ended'))) return missing
  }
  return []
}
