import { describe, expect, test } from 'vitest'
import type { Incident } from '../../src/core/incident.ts'
import { beingFixed, incidentKey, isOpen } from '../../src/core/incident.ts'
import { digestOf, isNews } from '../../src/core/digest.ts'
import { at, incident, phases, remedy } from './support.ts'

const from = at
const until = at + 1_000
const ended = (fields: Partial<Incident>): Incident =>
  incident({ endedAt: at + 10, ending: 'recovered', ...fields })

const sorted = (one: Incident): string => {
  const digest = digestOf([one], from, until)
  return (['open', 'fixed', 'healed', 'noted'] as const)
    .filter((part) => digest[part].length > 0)
    .join()
}

describe('a digest', () => {
  test.each([
    ['open', incident()],
    ['fixed', ended({ ending: 'fixed' })],
    ['fixed', ended({ ending: 'restarted' })],
    ['fixed', ended({ ending: 'fixed', severity: 'info' })],
    ['healed', ended({})],
    ['healed', ended({ ending: 'gone', cause: 'unknown' })],
    ['noted', incident({ severity: 'info', openedAt: at + 1 })],
    ['noted', incident({ cause: 'stopped', severity: 'info', openedAt: at + 1 })],
    ['noted', ended({ severity: 'info' })],
    ['', incident({ severity: 'info', openedAt: at - 1 })],
    ['', ended({ severity: 'info', told: 'yes' })],
    ['', ended({ endedAt: at })],
  ])('%s', (part, one) => {
    expect(sorted(one)).toBe(part)
  })

  test('is news when it holds what its reader was not told', () => {
    const news = (one: Incident): boolean => isNews(digestOf([one], from, until))
    expect(news(ended({ ending: 'fixed' }))).toBe(true)
    expect(news(ended({ ending: 'fixed', told: 'yes' }))).toBe(false)
    expect(news(ended({}))).toBe(true)
    expect(news(incident({ openedAt: at + 1 }))).toBe(true)
    expect(news(incident({ openedAt: at + 1, told: 'yes' }))).toBe(false)
    expect(news(incident({ openedAt: at - 1 }))).toBe(false)
    expect(news(incident({ openedAt: at + 1, remedy: remedy('running') }))).toBe(false)
    expect(isNews(digestOf([], from, until))).toBe(false)
  })
})

describe('an incident', () => {
  test('is one thing by check, host, cause and subject', () => {
    const keys = [
      incident(),
      incident({ subject: '/' }),
      incident({ host: 'edge' }),
      incident({ cause: 'unknown' }),
      incident({ check: 'disk2' }),
    ].map(incidentKey)
    expect(new Set(keys).size).toBe(keys.length)
    expect(incidentKey(incident({ severity: 'critical', id: 9 }))).toBe(keys[0])
  })

  test('is being fixed while its fix is at work or will be by itself', () => {
    expect(phases.filter((phase) => beingFixed(remedy(phase)))).toEqual([
      'running',
      'verifying',
      'backing-off',
    ])
    expect(beingFixed(null)).toBe(false)
    expect([isOpen(incident()), isOpen(ended({}))]).toEqual([true, false])
  })
})
