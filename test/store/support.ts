import { onTestFinished } from 'vitest'
import { type Message, verbatim } from '../../src/contract/message.ts'
import type { Incident } from '../../src/core/incident.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { tempHome } from '../support/home.ts'

export const at = Date.UTC(2026, 2, 10, 12)

/** A store in a directory of its own. */
export function freshStore(home = tempHome()): Store {
  const store = openStore(home)
  onTestFinished(() => store.close())
  return store
}

export const say = (text: string): Message => ({ blocks: [{ line: verbatim(text) }] })

export const draft = (fields: Partial<Incident> = {}): Omit<Incident, 'id'> => ({
  check: 'disk',
  host: 'main',
  subject: '/',
  cause: 'threshold',
  severity: 'warning',
  worst: 'warning',
  openedAt: at,
  endedAt: null,
  ending: null,
  metric: 'used',
  unit: 'percent',
  value: 91.5,
  threshold: 'used > 85%',
  saw: 'a "quoted"\nline',
  service: null,
  evidence: [{ title: 'Largest', lines: ['/var 1 GiB', ''] }],
  acknowledged: null,
  remedy: null,
  told: 'no',
  toldAt: null,
  notice: null,
  reminders: 0,
  remindedAt: null,
  ...fields,
})
