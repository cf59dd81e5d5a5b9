import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../../src/contract/message.ts'
import type { Severity } from '../../../src/contract/severity.ts'
import { severities } from '../../../src/contract/severity.ts'
import type { Ending } from '../../../src/contract/view.ts'
import type { Incident } from '../../../src/core/incident.ts'
import { digestOf } from '../../../src/core/digest.ts'
import { briefMessage, summaryMessage } from '../../../src/core/say/digest.ts'
import {
  type Guidance,
  incidentMessage,
  recoveryReply,
  reminder,
  worsenedReply,
} from '../../../src/core/say/incident.ts'
import { blindMessage, firstRunMessage, reloadRefused } from '../../../src/core/say/note.ts'
import { composeNotice } from '../../../src/core/say/notice.ts'
import { render } from '../../../src/telegram/render.ts'
import { english } from '../../telegram/support.ts'
import { faultsOf } from '../../support/texts.ts'
import { anyRemedy, at, incident, phases, remedy } from '../support.ts'

const words = english()

const guidance: Guidance = {
  advice: { id: 'check-disk-advice', pattern: 'Look at { $subject }.', args: { subject: '/' } },
  runbook: 'docs/disk.md',
  fixable: true,
}
const guidanceOf = (): Guidance => guidance

/** As it is read; fails when a text is missing, shows its own id, or a hole. */
function shown(message: Message): string {
  expect(faultsOf(message)).toEqual([])
  const { plain, faults } = render(message, words, { late: false })
  expect(faults).toEqual([])
  expect(plain).not.toMatch(/\{|\}|undefined|NaN|\[object/)
  expect(plain).not.toMatch(/(?:incident|condition|remedy|ended|digest|brief|button|summary)-[a-z]/)
  return plain
}

const endings: readonly Ending[] = ['recovered', 'fixed', 'restarted', 'stopped', 'gone', 'removed']

const one: fc.Arbitrary<Incident> = fc
  .record({
    id: fc.integer({ min: 1, max: 99 }),
    cause: fc.constantFrom('threshold' as const, 'unknown' as const, 'stopped' as const),
    severity: fc.constantFrom<Severity>(...severities),
    subject: fc.constantFrom('', '/var/log', '<b>&'),
    host: fc.constantFrom('main', 'edge'),
    metric: fc.constantFrom('used', 'down', 'looping', 'unmet', 'failed', 'crashes', 'warning'),
    unit: fc.constantFrom('percent' as const, 'flag' as const, 'bytes' as const, 'number' as const),
    value: fc.constantFrom(91.25, true, null, 0),
    saw: fc.constantFrom('', 'HTTP 502 <html>'),
    service: fc.option(fc.constant('web')),
    evidence: fc.constantFrom([], [{ title: 'Top', lines: ['a <b> & c', '', 'd'] }]),
    acknowledged: fc.option(fc.constant({ by: 'Asha', at })),
    remedy: anyRemedy,
    told: fc.constantFrom('no' as const, 'held' as const, 'yes' as const),
    ending: fc.option(fc.constantFrom(...endings)),
  })
  .map((fields) => ({
    ...incident(fields),
    worst: fields.severity,
    endedAt: fields.ending === null ? null : at + 90_000,
  }))

const several = fc.uniqueArray(one, { minLength: 1, maxLength: 12, selector: ({ id }) => id })

const backups = [
  { name: 'app-db', facts: { known: at, trust: 'none', failure: { at, why: 'away' } } },
  ...(['none', 'unproven', 'proven', 'overdue', 'failed'] as const).map((trust) => ({
    name: trust,
    facts: { known: at, trust },
  })),
] as const

test('a summary names the backups that are not to be relied on', () => {
  const text = shown(summaryMessage(digestOf([], at, at), { checks: 3, stale: 0, backups }))
  expect(text).not.toContain('All well')
  expect(text).toContain('Backups not to be relied on')
  expect(text).toMatch(/app-db: no good run since .*: away/)
  expect(text).toContain('none has no good snapshot')
  expect(text).toContain('overdue was not proven for too long')
  expect(text).toContain('failed failed its last trial')
  expect(text).not.toMatch(/• (?:un)?proven/)
})

test('a backup with an open incident is told with that', () => {
  const digest = digestOf([incident({ check: 'app-db', severity: 'warning' })], at, at)
  const text = shown(summaryMessage(digest, { checks: 3, stale: 0, backups }))
  expect(text).toContain('app-db')
  expect(text).not.toContain('app-db: no good run')
})

test('every state of every incident renders, in every kind of message', () => {
  fc.assert(
    fc.property(several, (all) => {
      const [first] = all
      if (!first) return
      const digest = digestOf(all, at - 1, at + 100_000)
      for (const message of [
        incidentMessage(all, guidanceOf),
        incidentMessage([first], guidanceOf),
        recoveryReply(first),
        worsenedReply(first, at + 1),
        reminder(first, at + 3_600_000),
        briefMessage(digest, all, guidanceOf),
        summaryMessage(digest, { checks: 12, stale: 3, backups }),
        summaryMessage(digestOf([], at, at), { checks: 0, stale: 0, backups: [] }),
      ])
        expect(shown(message).length).toBeGreaterThan(10)
    }),
    { numRuns: 150 },
  )
})

describe('an incident', () => {
  test.each(phases)('with its fix %s', (phase) => {
    const text = shown(incidentMessage([incident({ remedy: remedy(phase) })], guidanceOf))
    expect(text).toContain('🔧 sweep')
  })

  test.each(endings)('that ended: %s', (ending) => {
    const over = incident({ ending, endedAt: at + 90_000, remedy: remedy('verified') })
    const message = incidentMessage([over], guidanceOf)
    expect(shown(message)).toMatch(/^[✅⏸➖] disk /u)
    expect(message.buttons ?? []).toEqual([])
  })

  test('says what, since when, what was tried, what to do', () => {
    const full = incident({
      subject: '/var',
      host: 'edge',
      severity: 'critical',
      saw: '2 GiB left',
      remedy: remedy('backing-off'),
      acknowledged: { by: 'Asha', at },
      evidence: [{ title: 'Largest', lines: ['/var/log 12 GiB'] }],
    })
    expect(shown(incidentMessage([full], guidanceOf)).split('\n')).toEqual([
      '🔴 disk /var on edge used 91 % (limit > 85%)',
      '2 GiB left',
      expect.stringMatching(/^Since /),
      expect.stringMatching(/^🔧 sweep: trying, 2 of 3 did not help \(freed nothing\), next at /),
      '👤 Asha is on it',
      '👉 Look at /.',
      '📖 docs/disk.md',
      'Largest',
      '/var/log 12 GiB',
    ])
  })

  test('its buttons fit what can be done', () => {
    const labels = (fields: Partial<Incident>, fixable = false): string[] =>
      (incidentMessage([incident(fields)], () => ({ fixable })).buttons ?? []).flatMap((row) =>
        row.map((button) => button.label.id.replace('button-', '')),
      )
    expect(labels({})).toEqual(['acknowledge', 'silence', 'details'])
    expect(labels({}, true)).toEqual(['acknowledge', 'silence', 'fix', 'details'])
    expect(labels({ service: 'web' })).toEqual([
      'acknowledge',
      'silence',
      'logs',
      'restart',
      'details',
    ])
    expect(labels({ service: 'web', cause: 'stopped' }, true)).toEqual([
      'logs',
      'restart',
      'details',
    ])
    expect(labels({ acknowledged: { by: 'Asha', at } })).toEqual(['silence', 'details'])
    expect(labels({ cause: 'unknown' }, true)).toEqual(['acknowledge', 'silence', 'details'])
  })

  test('every button fits into 64 bytes', () => {
    fc.assert(
      fc.property(several, (all) => {
        for (const button of incidentMessage(all, guidanceOf).buttons?.flat() ?? [])
          expect(Buffer.byteLength(button.press)).toBeLessThanOrEqual(64)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a brief', () => {
  const night = at - 9 * 3_600_000

  test('with more than twenty of a kind counts them', () => {
    const healed = Array.from({ length: 45 }, (_, i) =>
      incident({
        id: i + 1,
        check: i < 44 ? 'flapping' : 'once',
        openedAt: night + i * 60_000,
        endedAt: night + i * 60_000 + 30_000,
        ending: 'recovered',
        told: 'held',
      }),
    )
    const text = shown(briefMessage(digestOf(healed, night, at), [], guidanceOf))
    expect(text).toContain('Nothing is broken')
    expect(text).toContain('flapping 44 times, ')
    expect(text.split('\n').filter((line) => line.startsWith('•'))).toHaveLength(2)
  })

  test('names what was told before apart from what it tells itself', () => {
    const held = incident({ id: 1, check: 'held', told: 'held' })
    const told = incident({ id: 2, check: 'told', told: 'yes' })
    const silenced = incident({ id: 3, check: 'silenced', told: 'no' })
    const message = briefMessage(digestOf([held, told, silenced], night, at), [held], guidanceOf)
    const text = shown(message)
    expect(text).toContain('2 still broken')
    expect(text).toMatch(/Still broken\n• 🟠 held/)
    expect(text).toMatch(/Told before, still open this morning\n• told/)
    expect(text).not.toContain('silenced')
  })
})

test('notes render', () => {
  const arrival = { at, host: 'main', checks: 3, services: 1, unreachable: ['Ben', 'Cy'] }
  const blind = { from: at, until: at + 60_000, times: 3, total: 30_000 }
  expect(shown(firstRunMessage(arrival, [], guidanceOf))).toContain('Ben, Cy')
  expect(shown(composeNotice({ kind: 'first-run', arrival }, [incident()], guidanceOf))).toContain(
    'Already wrong',
  )
  expect(shown(blindMessage(blind))).toContain('3 times')
  expect(shown(blindMessage({ ...blind, times: 1 }))).not.toContain('times')
  const issues = Array.from({ length: 50 }, (_, i) => `mechanic.yaml:${i}:1: wrong`)
  expect(reloadRefused(at, issues).blocks[1]).toMatchObject({ code: issues.slice(0, 20) })
  expect(shown(reloadRefused(at, issues))).toContain('stays in force')
})
