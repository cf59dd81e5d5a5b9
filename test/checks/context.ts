import type { Memo, ProbeContext } from '../../src/contract/check.ts'
import { fakeBackups, fakeHost, fakeServices } from '../support/facts.ts'
import type { Facts } from '../support/facts.ts'

interface Settings {
  readonly memo?: Memo
  readonly signal?: AbortSignal
  readonly now?: number
  readonly redact?: (text: string) => string
}

/** What a probe may use, made of the facts of an example. */
export const contextOf = (facts: Facts, settings: Settings = {}): ProbeContext => ({
  host: fakeHost(facts),
  services: fakeServices(facts),
  backups: fakeBackups(facts),
  memo: settings.memo ?? new Map(),
  signal: settings.signal ?? new AbortController().signal,
  redact: settings.redact ?? ((text) => text),
  now: settings.now ?? (typeof facts['now'] === 'number' ? facts['now'] : 1_800_000_000_000),
})
