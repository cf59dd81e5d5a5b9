import type { Invariant } from './sight.ts'

interface Health {
  readonly faults?: readonly string[]
  readonly telegram?: string
  readonly openIncidents?: number
  readonly outbox?: { readonly waiting?: number }
}

/** At rest `/health` is 200, and its figures are those of the database. */
export const trueHealth: Invariant = async ({ arena, ledger }) => {
  const answer = await arena.get('/health')
  if (!answer) return ['/health does not answer']
  const { faults = [], telegram, openIncidents, outbox } = JSON.parse(answer.text) as Health
  const open = ledger.incidents.filter(({ ended_at }) => ended_at === null).length
  return [
    ...(answer.status === 200 ? [] : [`/health is ${answer.status}: ${faults.join('; ')}`]),
    ...(telegram === 'online' ? [] : [`/health says Telegram is ${telegram}`]),
    ...(openIncidents === open
      ? []
      : [`/health says ${openIncidents} incidents, there are ${open}`]),
    ...(outbox?.waiting === 0 ? [] : [`/health says ${outbox?.waiting} messages wait`]),
  ]
}
