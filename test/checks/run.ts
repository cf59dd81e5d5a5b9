import type { Memo, ProbeContext } from '../../src/contract/check.ts'
import type { Check } from '../../src/contract/check.ts'
import type { Reading } from '../../src/contract/reading.ts'
import type { Facts } from '../support/facts.ts'
import { contextOf } from './context.ts'

interface Settings {
  readonly memo?: Memo
  readonly signal?: AbortSignal
  readonly now?: number
}

/** Runs a check that has one subject, with params as the config file writes them. */
export async function probeOne(
  check: Check,
  params: Record<string, unknown>,
  facts: Facts = {},
  settings: Settings = {},
): Promise<Reading> {
  const context: ProbeContext = contextOf(facts, settings)
  const [reading] = await check.probe(check.params.parse(params), context)
  if (reading === undefined) throw new Error('there was no reading')
  return reading
}
